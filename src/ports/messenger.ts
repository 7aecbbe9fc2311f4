import type { Channel } from '../domain/channel.ts';

/** A message that carries a code to a person. */
export interface CodeMessage {
  readonly channel: Channel;
  /** An e-mail address or a phone number, as the device has it. */
  readonly to: string;
  readonly user: string;
  readonly code: string;
}

/** One step of a delivery that went well, for a person who tests a channel: `connect` and `127.0.0.1:2525`. */
export interface DeliveryStep {
  readonly step: string;
  readonly detail: string;
}

/** Takes messages to people. */
export interface Messenger {
  /** The channels that are configured. */
  readonly channels: ReadonlySet<Channel>;
  /** Resolves when the provider took the message; otherwise `delivery-failed`, which never names the code. */
  send(message: CodeMessage): Promise<void>;
}
