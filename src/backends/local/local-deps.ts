import { deviceObject } from '../../domain/audit/audit.ts';
import type { AuditAction } from '../../domain/audit/audit-actions.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/scope.ts';
import type { ApiKeyStore } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Messenger } from '../../ports/messenger.ts';
import type { Change, Decision, Seen } from '../../ports/store/decisions.ts';
import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { DeviceStore } from '../../ports/store/device-store.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { Random } from '../../ports/system/random.ts';

export interface LocalDeps {
  readonly store: DeviceStore;
  readonly audit: AuditLog;
  readonly apiKeys: ApiKeyStore;
  /** Loaded when a message is to be sent. */
  messenger(): Promise<Messenger>;
  readonly clock: Clock;
  readonly random: Random;
  /** The users that are there for it; absent where all are. */
  readonly scope?: Scope | undefined;
  /** The same over a store in which only the users of a scope are there, and of these only those who were. */
  within(scope: Scope): Promise<LocalDeps>;
}

/** The record of a device that must be there. Errors: `device-not-found`. */
export function loadDevice(reader: DeviceReader, id: string): DeviceRecord {
  const record = reader.find(id);
  if (record === undefined) throw noDevice(id);
  return record;
}

/** What comes out of a decision about one device. */
export interface Decided<T> extends Omit<Decision<T>, 'changes'> {
  readonly change?: Omit<Change, 'id'>;
}

/** What is asked, and who asks it. */
export interface Occasion extends Origin {
  readonly action: AuditAction;
}

const FORGED = Symbol('forged');

/**
 * Decides about a device that must be there, and of which nobody else has written anything: such a one can be removed
 * where there is no scope, and nothing else. Errors: `device-not-found`, `row-forged`, which is in the log.
 */
export async function decideAbout<T>(
  { store, clock, scope }: Pick<LocalDeps, 'store' | 'clock' | 'scope'>,
  id: string,
  occasion: Occasion,
  decide: (seen: Seen) => Decided<T>,
): Promise<T> {
  const answer = await store.decide<T | typeof FORGED>([id], ([seen]) => {
    if (seen === undefined) throw noDevice(id);
    // In a scope it may be there by what was forged alone.
    const mayGo = occasion.action === 'device.delete' && (scope === undefined || seen.forged === 'settings');
    if (seen.forged !== undefined && !mayGo) {
      const event = { ...occasion, time: clock.now(), ...deviceObject(seen.device) };
      return { answer: FORGED, often: { ...event, result: `failed: the ${seen.forged} was forged` } };
    }
    const { change, ...decision } = decide(seen);
    return change === undefined ? decision : { ...decision, changes: [{ id: seen.device.id, ...change }] };
  });
  if (answer === FORGED) throw rowForged(id);
  return answer as T;
}

function rowForged(id: string): OtpctlError {
  return new OtpctlError(
    'row-forged',
    `device ${id}, its user or a setting is not what otpctl wrote: somebody has changed it in the store`,
    'see which with  otpctl store check;  delete the device and enrol the user again, or restore the store from a backup',
  );
}

function noDevice(id: string): OtpctlError {
  return new OtpctlError('device-not-found', `there is no device ${id}`);
}
