import type { Origin } from '../domain/audit/origin.ts';
import type { Channel } from '../domain/provider-call/channel.ts';
import type { SettingChange, SettingRow, SettingValue } from '../domain/settings/setting-value.ts';
import type { DeliveryStep } from './messenger.ts';

interface SettingsOutcome {
  /** Only what differs from before. */
  readonly changes: readonly SettingChange[];
  /** What the operator should know: odds of guessing, tags that no user has. */
  readonly notices: readonly string[];
}

interface Asker {
  /** Asked for over the network, by somebody who need not be trusted on this machine. */
  readonly remote?: boolean;
}

/** The settings of a place. Errors: `unknown-setting`, with the nearest name; `invalid-value`. */
export interface SettingsAdmin {
  /** Every setting, in the order of the documentation. */
  list(): Promise<readonly SettingRow[]>;
  /**
   * Sets and, where a value is null, unsets: all or nothing, each change an audit entry. What would be sent to another
   * origin than it was set for is unset too. With `dryRun` only says what would change. Errors: `not-allowed` for what is
   * not said over the network.
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
