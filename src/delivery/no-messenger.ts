import { OtpctlError } from '../domain/errors.ts';
import type { Messenger } from '../ports/messenger.ts';

/** What there is while no channel is configured. */
export const noMessenger: Messenger = {
  channels: new Set(),
  send: async ({ channel }) => {
    throw new OtpctlError('no-channel', `no ${channel} channel is configured`);
  },
};
