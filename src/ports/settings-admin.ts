import type { Origin } from '../domain/audit/origin.ts';
import type { Channel } from '../domain/provider-call/channel.ts';
import type { SettingChange, SettingRow, SettingValue } from '../domain/settings/setting-value.ts';
import type { DeliveryStep } from './messenger.ts';

interface SettingsOutcome {
  /** Only what differs from before. */
  readonly changes: readonly SettingChange[];
  /** Warnings for the operator, such as easily guessed codes, or tags that no user has. */
  readonly notices: readonly string[];
}

interface Asker {
  /** The request came over the network, so its sender may not change what concerns this machine. */
  readonly remote?: boolean;
}

/** The settings of a place. Errors: `unknown-setting`, with the nearest name; `invalid-value`. */
export interface SettingsAdmin {
  /** Every setting, in the order of the documentation. */
  list(): Promise<readonly SettingRow[]>;
  /**
   * Sets all of these, or none; null unsets. Each change has an audit entry. When the URL of a provider leads to another
   * origin, the headers and body for the old one are unset too. With `dryRun` nothing is changed. Errors: `not-allowed` for
   * what may not be set over the network.
   */
  change(
    values: Readonly<Record<string, SettingValue | null>>,
    origin: Origin,
    options?: { readonly dryRun?: boolean } & Asker,
  ): Promise<SettingsOutcome>;
  /** Sends a test message, and reports each step. Errors: `setting-forbids` where the channel lacks values, `delivery-failed`. */
  test(
    channel: Channel,
    to: string,
    origin: Origin,
    report: (step: DeliveryStep) => void,
    options?: Asker,
  ): Promise<void>;
}
