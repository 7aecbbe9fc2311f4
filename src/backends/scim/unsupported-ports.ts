import type { ApiKeys } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { SettingsAdmin } from '../../ports/settings-admin.ts';
import type { UserDirectory } from '../../ports/user-directory.ts';
import { notSupported } from './not-supported.ts';

/** The audit log of a server that shows none. */
export const noAudit: AuditLog = {
  list: () => refusingIteration('to read its audit log'),
  latestTime: () => refused('to read its audit log'),
  chain: () => refusingIteration('to read its audit log'),
  anchor: () => refused('to read its audit log'),
  verify: () => refused('to verify its audit log'),
};

/** The settings of a server that keeps them to itself. */
export const noSettings: SettingsAdmin = {
  list: () => refused('to read its settings'),
  change: () => refused('to change its settings'),
  test: () => refused('to test its channels'),
};

/** The users of a server that keeps them elsewhere. */
export const noUsers: UserDirectory = {
  list: () => refusingIteration('to list users'),
  find: () => refused('to look up users'),
  set: () => refused('to change users'),
  remove: () => refused('to remove users'),
};

/** The keys of a server that knows none. */
export const noApiKeys: ApiKeys = {
  list: () => refused('to list API keys'),
  create: () => refused('to make API keys'),
  rotate: () => refused('to rotate API keys'),
  revoke: () => refused('to revoke API keys'),
  authenticate: () => refused('to judge API keys'),
};

async function refused(what: string): Promise<never> {
  throw notSupported(what);
}

function refusingIteration(what: string): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => refused(what) }) };
}
