import { OtpctlError } from '../../../domain/errors.ts';
import { type Instant, toIso } from '../../../domain/instant.ts';
import { counted } from '../../../domain/text/counted.ts';
import { printable, printableLines } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import type { BackupInfo, RestoreLoss, RestoreReport } from '../../../ports/store/store-admin.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { NOTES, PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { asText, option } from '../../parse/option.ts';
import { knownPassphrase, passphraseIn } from '../../store/passphrase.ts';
import { findingNotice } from '../../store/store-view.ts';

const restoreView: View<RestoreReport> = {
  columns: [
    { key: 'path', title: 'path', value: ({ path }) => path },
    { key: 'id', title: 'id', value: ({ id }) => id },
    { key: 'time', title: 'as of', value: ({ time }) => toIso(time) },
    { key: 'schema', title: 'schema', value: ({ schema }) => schema },
    { key: 'devices', title: 'devices', value: ({ devices }) => devices },
    { key: 'auditEntries', title: 'audit entries', value: ({ auditEntries }) => auditEntries },
    { key: 'key', title: 'master key', value: ({ key }) => key },
    { key: 'keptAside', title: 'store before', value: ({ keptAside }) => keptAside },
    { key: 'acceptsFrom', title: 'codes from', value: ({ acceptsFrom }) => isoOf(acceptsFrom) },
    {
      key: 'resync',
      title: 'need a resync',
      value: ({ resync }) => resync.map(({ id }) => id),
      cell: ({ resync }) => `${resync.length}`,
    },
  ],
  table: ['path', 'id', 'time', 'schema', 'devices', 'auditEntries', 'key', 'keptAside', 'acceptsFrom', 'resync'],
  id: ({ id }) => id,
};

export const command = defineCommand({
  summary: 'put a backup in the place of the store',
  notes: `Everything is verified first; a store that is there is kept aside. No code that was used before is good again: devices
that go by time accept codes of later steps only, and HOTP devices nothing until  otpctl device resync.  What was changed
after the backup is gone: devices and API keys that were disabled, deleted or revoked since are as they were.`,
  arguments: [{ name: '<file>', description: 'the backup' }],
  options: { passphraseFile: option('--passphrase-file <file>', 'the passphrase is in this file, of 0600', asText) },
  examples: [
    { does: 'onto a new machine', line: 'store restore otpctl.backup --passphrase-file ~/.backup-pass' },
    { does: 'over a store, without a question', line: 'store restore team.backup --store ./team.db --yes' },
  ],
  view: restoreView,
  globals: [...PLACE, ...NOTES, 'yes'],
  async run(context, { arguments: [file = ''], options }) {
    const admin = await context.storeAdmin();
    const { opensWith } = await admin.inspect(file);
    const byPassphrase = opensWith === 'passphrase';
    if (!byPassphrase && options.passphraseFile !== undefined) {
      throw new OtpctlError(
        'usage',
        `this backup is not under a passphrase: it opens with ${opensWith}`,
        'leave out  --passphrase-file',
      );
    }
    const passphrase = !byPassphrase
      ? undefined
      : options.passphraseFile !== undefined
        ? passphraseIn(options.passphraseFile)
        : await knownPassphrase(context);
    const report = await admin.restore({
      file,
      unlock: passphrase === undefined ? 'master key' : { passphrase },
      async confirm(backup, loss) {
        if (loss !== undefined) await confirmOrCancel(context, questionOf(backup, loss));
      },
    });
    await context.print.one(restoreView, report);
    for (const line of noticesOf(report)) await context.print.notice(printable(line));
    return report.findings.every(({ known }) => known) ? EXIT.done : EXIT.no;
  },
});

function questionOf({ time, devices }: BackupInfo, { path, store }: RestoreLoss): string {
  const lost =
    store === undefined
      ? '  loses what is there, which is no store that can be read'
      : `  loses store ${store.id}: ${counted(store.devices, 'device')}, ${counted(store.auditEntries, 'audit entry', 'audit entries')}, and everything since ${toIso(time)}${
          store.lastEntry === undefined ? '' : `, the last of it of ${toIso(store.lastEntry)}`
        }`;
  const lines = [
    `replace ${path} by a backup of ${toIso(time)} with ${counted(devices, 'device')}?`,
    lost,
    '  it is kept aside',
  ];
  return printableLines(lines.join('\n'));
}

function noticesOf({ time, keptAside, acceptsFrom, resync, findings, key }: RestoreReport): string[] {
  return [
    `what was changed since ${toIso(time)} is gone: look for devices and API keys that were disabled or revoked since`,
    `the master key is in: ${key}`,
    ...(keptAside === undefined
      ? []
      : [`the store that was there is kept in ${keptAside}; remove it when all is well`]),
    ...(acceptsFrom === undefined ? [] : [`TOTP devices accept codes that are shown from ${toIso(acceptsFrom)} on`]),
    ...resync.map(
      ({ id, name, user }) => `device ${id} ${name} of ${user} accepts nothing until  otpctl device resync`,
    ),
    ...findings.map(findingNotice),
  ];
}

function isoOf(time: Instant | undefined): string | undefined {
  return time === undefined ? undefined : toIso(time);
}
