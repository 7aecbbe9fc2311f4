import { basename } from 'node:path';
import { OtpctlError } from '../../../domain/errors.ts';
import { toIso } from '../../../domain/instant.ts';
import { grouped } from '../../../domain/text/counted.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import type { BackupReport } from '../../../ports/store/store-admin.ts';
import { EXIT } from '../../exit-codes.ts';
import { PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { asText, defaulting, flag, option } from '../../parse/option.ts';
import { count } from '../../parse/values.ts';
import { newPassphrase, passphraseIn } from '../../store/passphrase.ts';
import { findingNotice } from '../../store/store-view.ts';

const backupView: View<BackupReport> = {
  columns: [
    { key: 'file', title: 'file', value: ({ file }) => file },
    { key: 'store', title: 'store', value: ({ store }) => store },
    { key: 'schema', title: 'schema', value: ({ schema }) => schema },
    { key: 'time', title: 'time', value: ({ time }) => toIso(time) },
    { key: 'devices', title: 'devices', value: ({ devices }) => devices },
    { key: 'auditEntries', title: 'audit entries', value: ({ auditEntries }) => auditEntries },
    { key: 'size', title: 'size', value: ({ size }) => size, cell: ({ size }) => `${grouped(size)} bytes` },
    { key: 'digest', title: 'SHA-256', value: ({ digest }) => digest },
    { key: 'opensWith', title: 'opens with', value: ({ opensWith }) => opensWith },
    { key: 'removed', title: 'removed', value: ({ removed }) => removed.length },
  ],
  table: ['file', 'store', 'schema', 'time', 'devices', 'auditEntries', 'size', 'digest', 'opensWith', 'removed'],
  id: ({ file }) => file,
};

export const command = defineCommand({
  summary: 'copy the store, as one moment of it, into one file that is read back before it counts',
  notes: `Others can go on meanwhile. Without a passphrase it opens with the master key of the store, which is not in it: keep
a copy of that elsewhere. {time} in the name of FILE stands for the time. --keep N removes older backups of the same store
with that name, when the new one was read back. Exit 1 when the store was copied and something is wrong with it.`,
  arguments: [{ name: '<file>', description: 'where the backup goes; {time} stands for the time' }],
  options: {
    passphrase: flag('--passphrase', 'ask for a passphrase that will open it'),
    passphraseFile: option('--passphrase-file <file>', 'the passphrase is in this file, of 0600', asText),
    keep: defaulting(
      'all',
      option('--keep <n>', 'keep so many backups with the name of FILE', count('the number to keep', 1)),
    ),
    force: flag('--force', 'overwrite FILE'),
  },
  examples: [
    {
      does: 'every night, under a passphrase, the last 14',
      line: 'store backup /backup/otpctl-{time}.backup --passphrase-file ~/.backup-pass --keep 14',
    },
    { does: 'one file, for who has the master key', line: 'store backup team.backup --store ./team.db' },
  ],
  view: backupView,
  globals: PLACE,
  async run(context, { arguments: [file = ''], options }) {
    if (options.passphrase && options.passphraseFile !== undefined) {
      throw new OtpctlError('usage', '--passphrase and --passphrase-file exclude one another', 'give one of them');
    }
    checkName(file, options.keep);
    const passphrase =
      options.passphraseFile !== undefined
        ? passphraseIn(options.passphraseFile)
        : options.passphrase
          ? await newPassphrase(context)
          : undefined;
    const admin = await context.storeAdmin();
    const report = await admin.backup({
      file,
      unlock: passphrase === undefined ? 'master key' : { passphrase },
      overwrite: options.force ?? false,
      ...(options.keep !== undefined && { keep: options.keep }),
    });
    await context.print.one(backupView, report);
    for (const each of report.left) await context.print.notice(`left alone: ${printable(each)}`);
    const isSound = report.findings.every(({ known }) => known);
    for (const each of report.findings) await context.print.notice(printable(findingNotice(each)));
    if (!isSound) await context.print.notice('the backup was made, and no older one was removed');
    return isSound ? EXIT.done : EXIT.no;
  },
});

function checkName(file: string, keep: number | undefined): void {
  const times = basename(file).split('{time}').length - 1;
  if (times > 1 || file.split('{time}').length - 1 > times) {
    throw new OtpctlError('usage', '{time} may stand once, in the name of the file, and in no folder');
  }
  if (keep !== undefined && times === 0) {
    throw new OtpctlError(
      'usage',
      '--keep wants a name with the time in it, by which backups are told apart',
      'for example  otpctl store backup /backup/otpctl-{time}.backup --keep 14',
    );
  }
}
