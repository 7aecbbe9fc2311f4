import type { AuditResult } from '../../domain/audit/audit.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import { type DeviceRecord, type DeviceStatus, resourceOf, statusWord } from '../../domain/device/device.ts';
import { versionOf } from '../../domain/device/device-version.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { Seen } from '../../ports/store/decisions.ts';

/** What the log says of a change of status. */
export function changeResult(before: DeviceStatus, after: DeviceStatus, origin: Origin): AuditResult {
  return `ok: ${statusWord(before)} to ${statusWord(after)}${inRun(origin)}`;
}

/**
 * What the log says of an order that finds the device as it should be already; undefined where nothing is written. It is
 * written if the order has a reason or a ticket, or if a bulk run made the device what it is: somebody wants it so from now
 * on, and an undo of that run must not change it.
 */
export function repeatResult(seen: Seen, what: string, origin: Origin): AuditResult | undefined {
  if (origin.run !== undefined || !(isExplained(origin) || seen.madeByRun())) return undefined;
  return `ok: ${what} already`;
}

/** The same for what no bulk run changes: it is written if the order has a reason or a ticket. */
export function repeatReason(seen: Seen, what: string, origin: Origin): AuditResult | undefined {
  return isExplained(origin) ? repeatResult(seen, what, origin) : undefined;
}

function isExplained({ reason, ticket }: Origin): boolean {
  return reason !== undefined || ticket !== undefined;
}

function inRun({ run }: Origin): string {
  return run === undefined ? '' : ` in run ${run}`;
}

/** Refuses (`version-mismatch`) to undo a run on a device about which somebody has given an order since. */
export function refuseOrderedSince({ device, orderedSince }: Seen, { undoes }: Origin): void {
  if (undoes === undefined || !orderedSince(undoes)) return;
  throw new OtpctlError(
    'version-mismatch',
    `somebody gave an order about device ${device.id} since the run that is taken back`,
    `see it with  ${commandLine(['audit', 'list'], { device: device.id })}`,
  );
}

/** Refuses (`version-mismatch`) a device that is none of the versions that a precondition names. */
export function refuseOtherVersion(device: DeviceRecord, { ifVersion }: Precondition): void {
  if (ifVersion === undefined || ifVersion.includes(versionOf(resourceOf(device)))) return;
  throw new OtpctlError(
    'version-mismatch',
    `device ${device.id} has changed since it was read`,
    'read it again and repeat the change',
  );
}
