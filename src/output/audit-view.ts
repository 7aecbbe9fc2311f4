import type { AuditEntry, ChainedEntry } from '../domain/audit/audit.ts';
import { toIso } from '../domain/instant.ts';
import { jsonObject } from './json.ts';
import type { View } from './view.ts';

export const auditView: View<AuditEntry> = {
  columns: [
    { key: 'seq', title: 'seq', value: ({ seq }) => seq },
    { key: 'time', title: 'time', value: ({ time }) => toIso(time) },
    { key: 'actor', title: 'actor', long: true, value: ({ actor }) => actor },
    { key: 'action', title: 'action', value: ({ action }) => action },
    { key: 'object', title: 'object', long: true, value: ({ object }) => object },
    { key: 'result', title: 'result', value: ({ result }) => result },
    { key: 'reason', title: 'reason', long: true, value: ({ reason }) => reason },
    { key: 'ticket', title: 'ticket', long: true, value: ({ ticket }) => ticket },
  ],
  // What happened to what comes first: where a window is narrow, the rest stands below.
  table: ['seq', 'time', 'action', 'object', 'result', 'actor', 'reason', 'ticket'],
  wraps: true,
  id: ({ seq }) => String(seq),
};

/** An entry with everything that its HMAC covers, and the HMAC. */
export function chainedView(entry: ChainedEntry): Record<string, unknown> {
  const { deviceId, user, mac } = entry;
  return {
    ...jsonObject(entry, auditView.columns),
    ...(deviceId !== undefined && { deviceId }),
    ...(user !== undefined && { user }),
    mac: Buffer.from(mac).toString('hex'),
  };
}
