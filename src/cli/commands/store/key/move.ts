import { OtpctlError } from '../../../../domain/errors.ts';
import { EXIT } from '../../../exit-codes.ts';
import { NOTES, PLACE } from '../../../parse/command-globals.ts';
import { defineCommand } from '../../../parse/define-command.ts';
import { option } from '../../../parse/option.ts';
import { oneOf } from '../../../parse/values.ts';
import { keyView } from '../../../store/key-view.ts';

const PLACES = ['file', 'keyring'] as const;

export const command = defineCommand({
  summary: 'move the master key into the keyring of the desktop, or into a file',
  notes: `The key is read back from where it goes before it leaves where it is. With the key in the keyring, commands that need
it take up to 2.5 times as long to start as Node itself, and jobs at night need a keyring that is open.`,
  arguments: [],
  options: { to: option('--to <place>', 'file or keyring', oneOf('place', PLACES), PLACES) },
  examples: [
    { does: 'into the keyring', line: 'store key move --to keyring' },
    { does: 'back into a file, for a job that runs without a desktop', line: 'store key move --to file' },
  ],
  view: keyView,
  globals: [...PLACE, ...NOTES],
  async run(context, { options: { to } }) {
    if (to === undefined) throw new OtpctlError('usage', 'it is not said where the key goes', 'add  --to file|keyring');
    const { key } = await context.storeAdmin();
    const info = await key.move(to);
    await context.print.one(keyView, info, () => `the key ${info.keyId} is in ${info.where}`);
    if (to === 'keyring') {
      await context.print.notice(
        'commands that need the key ask the keyring from now on: they may take 2.5 times as long to start as Node itself',
      );
    }
    return EXIT.done;
  },
});
