import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { hex } from '../domain/text/hex.ts';
import type { Messenger } from '../ports/messenger.ts';
import type { Random } from '../ports/system/random.ts';

/** For tests and development: writes each message as a JSON file (0600) to a folder, whole or not at all. */
export function createOutbox(folder: string, random: Random): Messenger {
  return {
    prepare:
      (message, { channel }) =>
      async (report = () => {}) => {
        const name = hex(random.bytes(8));
        const draft = join(folder, `.${name}`);
        const file = join(folder, `${name}.json`);
        try {
          await mkdir(folder, { recursive: true, mode: 0o700 });
          await writeFile(draft, JSON.stringify({ channel, ...message }), { mode: 0o600, flag: 'wx' });
          await rename(draft, file);
        } catch (error) {
          throw new OtpctlError('delivery-failed', `the outbox ${folder} cannot be written`, undefined, {
            cause: error,
          });
        }
        report({ step: 'written', detail: file });
      },
  };
}
