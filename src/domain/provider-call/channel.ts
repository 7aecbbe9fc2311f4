import type { Secret } from '../secret.ts';

/** How a code travels. */
export const CHANNELS = ['email', 'sms', 'voice'] as const;
export type Channel = (typeof CHANNELS)[number];

/** E-mail through an SMTP server. */
export interface EmailChannel {
  readonly from: string;
  /** `smtps://` or `smtp://`, with user and password where the server wants them. */
  readonly smtpUrl: Secret;
  /** What the server is greeted with, instead of the name of this machine. */
  readonly ehloName?: string;
  /** Templates. */
  readonly subject: string;
  readonly body: string;
}

export const CALL_METHODS = ['GET', 'POST', 'PUT'] as const;
export type CallMethod = (typeof CALL_METHODS)[number];

/** SMS and voice: an HTTP call to a provider. URL, headers (lines `Name: value`) and body are templates. */
export interface CallChannel {
  readonly url: Secret;
  readonly method: CallMethod;
  readonly headers?: Secret;
  readonly body?: Secret;
  /** Text that the response must contain. */
  readonly expect?: string;
  /** Whether loopback and private addresses may be called, and loopback without TLS. */
  readonly allowPrivateHosts: boolean;
}

/** A channel with what it is set to. */
export type ChannelSettings =
  | { readonly channel: 'email'; readonly email: EmailChannel }
  | { readonly channel: 'sms' | 'voice'; readonly call: CallChannel };
