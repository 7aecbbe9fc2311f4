import type { ChannelSettings } from '../domain/provider-call/channel.ts';

/** A message that carries a code to a person. */
export interface CodeMessage {
  /** An e-mail address or a phone number, as the device has it. */
  readonly to: string;
  readonly user: string;
  readonly code: string;
  /** What is known of the user: `fullName`, `mail`, `phone` and any other name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** One step of a delivery that went well, for a person who tests a channel: `connect` and `127.0.0.1:2525`. */
export interface DeliveryStep {
  readonly step: string;
  readonly detail: string;
}

/** Sends what was prepared. Errors: `delivery-failed`, which names neither the code nor a secret of the channel. */
export type Delivery = (report?: (step: DeliveryStep) => void) => Promise<void>;

/** Takes messages to people. */
export interface Messenger {
  /** Fills the templates of a channel, before anything is stored or sent. Errors: `tag-without-value`. */
  prepare(message: CodeMessage, settings: ChannelSettings): Delivery;
}
