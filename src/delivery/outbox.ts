import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../domain/channel.ts';
import { OtpctlError } from '../domain/errors.ts';
import type { Messenger } from '../ports/messenger.ts';
import type { Random } from '../ports/random.ts';

/** Writes each message as a JSON file (0600) to a folder, whole or not at all. For tests and development. */
export function createOutbox(folder: string, channels: readonly Channel[], random: Random): Messenger {
  return {
    channels: new Set(channels),
    async send(message) {
      const name = Buffer.from(random.bytes(8)).toString('hex');
      const draft = join(folder, `.${name}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(message), { mode: 0o600, flag: 'wx' });
        await rename(draft, join(folder, `${name}.json`));
      } catch (error) {
        throw new OtpctlError('delivery-failed', `the outbox ${folder} cannot be written`, undefined, { cause: error });
      }
    },
  };
}
