import type { Origin } from '../domain/audit/origin.ts';
import type { Ds100Record, Ds100Serial, Ds100Status } from '../domain/ds100.ts';

/** What a command is about to do: only the permissions for that are asked for. */
export type Ds100Need = 'read' | 'manage' | 'delete' | 'user';

export interface Ds100PinState {
  readonly tokenSerialNumber: string;
  readonly pinSet: boolean;
  readonly [field: string]: unknown;
}

type Ds100Holding = Pick<Ds100Record, 'deviceSerialNumber' | 'userId'>;
type Ds100Credential = Pick<Ds100Record, 'tokenSerialNumber' | 'userId'>;

/**
 * OTP credentials on DS100 authenticators. Errors of every call: `not-signed-in`, `not-allowed`, `unreachable`,
 * `timed-out`, `throttled`, `server-failed`, `protocol`; of a local registry those of a store. Changes also have
 * `device-not-found`, and `outcome-unknown` if a change was sent and its answer did not come.
 */
export interface Ds100Admin {
  /** Present for the registry of a local store, whose changes do not reach RSA. */
  readonly registry?: Ds100Registry;
  /** The credential on a device, undefined when there is none. Errors: `usage` for a token serial where the API has no lookup by it. */
  lookup(serial: Ds100Serial): Promise<Ds100Record | undefined>;
  /** The id of the user with an e-mail address. Errors: `user-not-found`. */
  userId(email: string): Promise<string>;
  /** The DS100 credentials of a user, by its id. Errors: `user-not-found`. */
  devicesOf(userId: string): Promise<readonly Ds100Record[]>;
  /** `run` is the bulk run that it belongs to, if any. */
  setStatus(target: Ds100Holding, status: Ds100Status, origin: Origin, run?: string): Promise<Ds100Record>;
  clearPin(target: Ds100Credential, origin: Origin): Promise<Ds100PinState>;
  /** Deletes the credential for ever. */
  delete(target: Ds100Holding & Ds100Credential, origin: Origin): Promise<void>;
  close(): void;
}

/** A DS100 as it is registered by hand. */
export interface Ds100Registration extends Ds100Holding, Ds100Credential {
  readonly name?: string;
  /** The e-mail address of the holder. */
  readonly email?: string;
  readonly tokenStatus?: Ds100Status;
}

/** What only the registry of a local store can do. */
export interface Ds100Registry {
  /** Every device, by serial number. */
  list(): Promise<readonly Ds100Record[]>;
  /** Registers devices: all of them or none. Errors: `duplicate`. */
  add(registrations: readonly Ds100Registration[], origin: Origin): Promise<readonly Ds100Record[]>;
}
