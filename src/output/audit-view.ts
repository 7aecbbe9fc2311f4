import { cursorOf } from '../domain/audit/entry-json.ts';
import { type ListedEntry, resultParts } from '../domain/audit/entry-proof.ts';
import { toIso } from '../domain/instant.ts';
import type { View } from './view.ts';

export const auditView: View<ListedEntry> = {
  columns: [
    { key: 'seq', title: 'seq', value: ({ seq }) => seq },
    { key: 'time', title: 'time', value: ({ time }) => toIso(time) },
    { key: 'actor', title: 'actor', long: true, value: shownActor },
    { key: 'action', title: 'action', value: ({ action }) => action },
    { key: 'object', title: 'object', long: true, value: shownObject },
    { key: 'result', title: 'result', value: ({ result }) => result },
    { key: 'reason', title: 'reason', long: true, value: ({ reason }) => reason },
    { key: 'ticket', title: 'ticket', long: true, value: ({ ticket }) => ticket },
    { key: 'verdict', title: 'verdict', value: ({ result }) => resultParts(result).verdict },
    { key: 'deviceId', title: 'device', value: ({ deviceId }) => deviceId },
    { key: 'type', title: 'type', value: ({ type }) => type },
    { key: 'user', title: 'user', long: true, value: ({ user }) => user },
    { key: 'userId', title: 'user id', value: ({ userId }) => userId },
    { key: 'run', title: 'run', value: ({ run }) => run },
    { key: 'door', title: 'door', value: ({ door }) => door },
    { key: 'peer', title: 'peer', value: ({ peer }) => peer },
    { key: 'client', title: 'client', value: ({ client }) => client },
    { key: 'erased', title: 'erased', value: ({ erased }) => erased },
    { key: 'chain', title: 'chain', value: ({ chain }) => chain },
    { key: 'cursor', title: 'cursor', value: cursorOf },
  ],
  // What happened to what comes first: where a window is narrow, the rest stands below.
  table: ['seq', 'time', 'action', 'object', 'result', 'actor', 'reason', 'ticket'],
  wraps: true,
  id: ({ seq }) => String(seq),
};

/** What an entry is about: of what was erased, what names nobody. */
export function shownObject({ object, erased, deviceId, userId }: ListedEntry): string {
  if (erased?.includes('subject') !== true) return object;
  if (deviceId !== undefined) return `device ${deviceId} (erased)`;
  return userId === undefined ? '(erased)' : `user id ${userId} (erased)`;
}

export function shownActor({ actor, erased }: ListedEntry): string {
  return erased?.includes('actor') === true ? `${actor}(erased)` : actor;
}
