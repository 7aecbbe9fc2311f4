import { counted } from '../../../../domain/text/counted.ts';
import type { View } from '../../../../output/view.ts';
import type { Rotation } from '../../../../ports/store/store-admin.ts';
import { confirmOrCancel } from '../../../device/change-devices.ts';
import { EXIT } from '../../../exit-codes.ts';
import { NOTES, PLACE } from '../../../parse/command-globals.ts';
import { defineCommand } from '../../../parse/define-command.ts';
import { asText, defaulting, option } from '../../../parse/option.ts';

const rotationView: View<Rotation> = {
  columns: [
    { key: 'from', title: 'from', value: ({ from }) => from },
    { key: 'to', title: 'to', value: ({ to }) => to },
    { key: 'sealed', title: 'sealed anew', value: ({ sealed }) => sealed },
    { key: 'where', title: 'where', value: ({ where }) => where },
  ],
  table: ['from', 'to', 'sealed', 'where'],
  id: ({ to }) => to,
};

export const command = defineCommand({
  summary: 'make new keys, and seal everything with them',
  notes: `A new master key and a new data key; every secret, PIN and sealed setting is sealed anew in one transaction, or
everything stays as it is. Codes wait meanwhile. The old key opens nothing of the store afterwards, but still opens
backups of before: keep it as long as you keep those. A key from the environment is not otpctl's to change: bring the
next one with --new-key-file, and set it when the command is done.`,
  arguments: [],
  options: {
    newKeyFile: defaulting(
      'a new one is drawn',
      option('--new-key-file <file>', 'the next master key: 32 bytes in Base64, mode 0600', asText),
    ),
  },
  examples: [
    { does: 'after somebody left who knew the key', line: 'store key rotate' },
    {
      does: 'where the key comes from the environment',
      line: 'store key rotate --new-key-file /run/secrets/next.key --yes --ticket T-1204',
    },
  ],
  view: rotationView,
  globals: [...PLACE, ...NOTES, 'yes'],
  async run(context, { options: { newKeyFile } }) {
    const { key } = await context.storeAdmin();
    const { keyId, where } = await key.show();
    await confirmOrCancel(
      context,
      `replace the key ${keyId} (${where}) and seal everything anew? backups of before go on needing the old key`,
    );
    const rotation = await key.rotate(newKeyFile);
    const { from, to, sealed } = rotation;
    await context.print.one(
      rotationView,
      rotation,
      () => `the key ${to} took the place of ${from}: ${counted(sealed, 'value')} sealed anew`,
    );
    if ((await key.show()).location === 'environment') {
      await context.print.notice(`set OTPCTL_MASTER_KEY_FILE to the key ${to} from now on, here and for servers`);
    }
    return EXIT.done;
  },
});
