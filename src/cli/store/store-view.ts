import { toIso } from '../../domain/instant.ts';
import { grouped } from '../../domain/text/counted.ts';
import type { View } from '../../output/view.ts';
import type { StoreFinding, StoreInfo } from '../../ports/store/store-admin.ts';

export const storeView: View<StoreInfo> = {
  columns: [
    { key: 'path', title: 'path', value: ({ path }) => path },
    { key: 'id', title: 'id', value: ({ id }) => id },
    { key: 'schema', title: 'schema', value: ({ schema }) => schema },
    { key: 'created', title: 'created', value: ({ created }) => toIso(created) },
    { key: 'devices', title: 'devices', value: ({ devices }) => devices },
    { key: 'auditEntries', title: 'audit entries', value: ({ auditEntries }) => auditEntries },
    { key: 'size', title: 'size', value: ({ size }) => size, cell: ({ size }) => `${grouped(size)} bytes` },
    { key: 'key', title: 'master key', value: ({ key }) => key },
    { key: 'sqlite', title: 'SQLite', value: ({ sqlite }) => sqlite },
  ],
  table: ['path', 'id', 'schema', 'created', 'devices', 'auditEntries', 'size', 'key', 'sqlite'],
  id: ({ id }) => id,
};

/** A finding beside what was done. */
export function findingNotice({ finding, remedy, known }: StoreFinding): string {
  return known ? `known: ${finding}` : `the store is not sound: ${finding}: ${remedy}`;
}
