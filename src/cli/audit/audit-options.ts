import type { AuditSelection } from '../../domain/audit/audit.ts';
import { AUDIT_ACTIONS } from '../../domain/audit/audit-actions.ts';
import { parseAuditCursor } from '../../domain/audit/audit-cursor.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { userName } from '../../domain/user.ts';
import type { Backend } from '../../ports/backend.ts';
import { deviceNamed } from '../device/named-devices.ts';
import { asText, type Given, option } from '../parse/option.ts';
import { instant, oneOf } from '../parse/values.ts';

/** Which entries of the audit log. */
export const AUDIT_OPTIONS = {
  since: option('--since <time>', 'from this time on', instant),
  until: option('--until <time>', 'up to this time', instant),
  user: option('--user <user>', 'what concerns the devices of this user', userName),
  device: option('--device <device>', 'what concerns this device, by id or exact name', asText),
  actor: option(
    '--actor <name>',
    'what an OS user or an API key did: by name, or user:NAME and key:NAME for one of them',
    asText,
  ),
  action: option(
    '--action <action>',
    'one of the actions of the log, for example device.verify',
    oneOf('action', AUDIT_ACTIONS),
    AUDIT_ACTIONS,
  ),
  after: option('--after <cursor>', 'what is behind an entry, by its cursor in json', parseAuditCursor),
};

/** Refuses (`usage`) a time that ends before it begins: it would look as if nothing had happened in it. */
export function refuseEmptyTime({ since, until }: Pick<Given<typeof AUDIT_OPTIONS>, 'since' | 'until'>): void {
  if (since === undefined || until === undefined || since <= until) return;
  throw new OtpctlError('usage', '--since is after --until', 'exchange them');
}

/** A device may be named by an id that is gone: the log outlives it. */
export async function auditSelection(backend: Backend, options: Given<typeof AUDIT_OPTIONS>): Promise<AuditSelection> {
  const { device, ...rest } = options;
  if (device === undefined) return rest;
  if (/^[0-9]+$/.test(device)) return { ...rest, device };
  return { ...rest, device: (await deviceNamed(backend, device)).id };
}
