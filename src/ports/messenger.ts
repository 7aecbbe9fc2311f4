import type { ChannelSettings } from '../domain/provider-call/channel.ts';

/** A message that carries a code to a person. */
export interface CodeMessage {
  /** An e-mail address or a phone number, as the device has it. */
  readonly to: string;
  readonly user: string;
  readonly code: string;
  /** Of the user: `fullName`, `mail`, `phone` and any other name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A step of a delivery that succeeded, shown to who tests a channel: `connect` and `127.0.0.1:2525`. */
export interface DeliveryStep {
  readonly step: string;
  readonly detail: string;
}

/** Sends a prepared message. Errors: `delivery-failed`; it names neither the code nor a secret of the channel. */
export type Delivery = (report?: (step: DeliveryStep) => void) => Promise<void>;

/** Sends messages to people. */
export interface Messenger {
  /** Fills the templates of a channel, before anything is stored or sent. Errors: `tag-without-value`. */
  prepare(message: CodeMessage, settings: ChannelSettings): Delivery;
}
