import type { Origin } from '../../domain/audit/origin.ts';
import type { DeviceRecord, DeviceStatus } from '../../domain/device/device.ts';
import { statusWord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { DeviceWriter } from '../../ports/store/device-writer.ts';

/** What the log says of a change of status. */
export function changeResult(before: DeviceStatus, after: DeviceStatus, origin: Origin): string {
  return `ok: ${statusWord(before)} to ${statusWord(after)}${inRun(origin)}`;
}

/**
 * What the log says of an order that finds nothing to do; undefined where that says nothing new. It does where it has a
 * reason or a ticket, and where a bulk run made the device what it is: somebody means it now, and it is not the run's to
 * take back.
 */
export function repeatResult(writer: DeviceWriter, id: string, what: string, origin: Origin): string | undefined {
  if (origin.run !== undefined || !(isExplained(origin) || writer.madeByRun(id))) return undefined;
  return `ok: ${what} already`;
}

/** The same for what no run changes: only where it has a reason or a ticket. */
export function repeatReason(writer: DeviceWriter, id: string, what: string, origin: Origin): string | undefined {
  return isExplained(origin) ? repeatResult(writer, id, what, origin) : undefined;
}

function isExplained({ reason, ticket }: Origin): boolean {
  return reason !== undefined || ticket !== undefined;
}

function inRun({ run }: Origin): string {
  return run === undefined ? '' : ` in run ${run}`;
}

/** Refuses (`version-mismatch`) to take a run back from a device about which somebody gave an order since. */
export function refuseOrderedSince(writer: DeviceWriter, device: DeviceRecord, { undoes }: Origin): void {
  if (undoes === undefined || !writer.orderedSince(device.id, undoes)) return;
  throw new OtpctlError(
    'version-mismatch',
    `somebody gave an order about device ${device.id} since the run that is taken back`,
    `see it with  ${commandLine(['audit', 'list'], { device: device.id })}`,
  );
}
