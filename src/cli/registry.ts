import type { Command } from './define-command.ts';

/** A subcommand as the command line knows it before it is asked for. */
export interface Registration {
  /** The words that name it: `device list`. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** What each noun is about. */
export const NOUNS: Readonly<Record<string, string>> = {
  device: 'one-time-password devices: enrol, challenge, verify, administer',
  audit: 'the log of every change and every verification',
  store: 'the local store: make, inspect, check',
  ds100: 'SecurID DS100 authenticators, at RSA or in the local registry',
};

const entry = (name: string, summary: string, load: () => Promise<{ readonly command: unknown }>): Registration => ({
  name,
  summary,
  load: async () => (await load()).command as Command,
});

/** Every subcommand: one line each. */
export const COMMANDS: readonly Registration[] = [
  entry('device list', 'list devices', () => import('./commands/device/list.ts')),
  entry('device show', 'show one device', () => import('./commands/device/show.ts')),
  entry('device create', 'enrol a device', () => import('./commands/device/create.ts')),
  entry('device challenge', 'issue a challenge', () => import('./commands/device/challenge.ts')),
  entry('device verify', 'verify a code', () => import('./commands/device/verify.ts')),
  entry('device enable', 'enable devices', () => import('./commands/device/enable.ts')),
  entry('device disable', 'disable devices', () => import('./commands/device/disable.ts')),
  entry('device lock', 'lock devices', () => import('./commands/device/lock.ts')),
  entry('device unlock', 'unlock devices', () => import('./commands/device/unlock.ts')),
  entry('device update', 'change an address or a number', () => import('./commands/device/update.ts')),
  entry('device reset-fails', 'set failed attempts to 0', () => import('./commands/device/reset-fails.ts')),
  entry('device resync', 'find a device that ran ahead', () => import('./commands/device/resync.ts')),
  entry('device delete', 'delete devices for good', () => import('./commands/device/delete.ts')),
  entry('audit list', 'list what happened', () => import('./commands/audit/list.ts')),
  entry('audit verify', 'check that the log is whole', () => import('./commands/audit/verify.ts')),
  entry('audit export', 'write the log with its chain', () => import('./commands/audit/export.ts')),
  entry('store init', 'make a store', () => import('./commands/store/init.ts')),
  entry('store info', 'say what the store is', () => import('./commands/store/info.ts')),
  entry('store check', 'look for damage', () => import('./commands/store/check.ts')),
  entry('store migrate', 'bring the store to the schema of this program', () => import('./commands/store/migrate.ts')),
  entry('ds100 show', 'show the credential on a DS100', () => import('./commands/ds100/show.ts')),
  entry('ds100 list', 'list the DS100 devices of a user', () => import('./commands/ds100/list.ts')),
  entry('ds100 disable', 'disable DS100 devices', () => import('./commands/ds100/disable.ts')),
  entry('ds100 enable', 'enable DS100 devices', () => import('./commands/ds100/enable.ts')),
  entry('ds100 clear-pin', 'clear the PIN of a DS100', () => import('./commands/ds100/clear-pin.ts')),
  entry('ds100 delete', 'delete the credential on a DS100 for good', () => import('./commands/ds100/delete.ts')),
  entry('ds100 add', 'register a DS100 in the local registry', () => import('./commands/ds100/add.ts')),
  entry('ds100 import', 'register the DS100 devices of a file', () => import('./commands/ds100/import.ts')),
];
