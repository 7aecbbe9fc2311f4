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
  bulk: 'many devices at once: plan, guard, run, resume, undo',
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
  entry('bulk disable-stale', 'disable devices that nobody uses', () => import('./commands/bulk/disable-stale.ts')),
  entry('bulk update', 'set the status of many devices', () => import('./commands/bulk/update.ts')),
  entry('bulk delete', 'delete many devices for good', () => import('./commands/bulk/delete.ts')),
  entry('bulk create', 'enrol the devices of a file', () => import('./commands/bulk/create.ts')),
  entry('bulk apply', 'do what a plan says', () => import('./commands/bulk/apply.ts')),
  entry('bulk runs', 'list bulk runs', () => import('./commands/bulk/runs.ts')),
  entry('bulk show', 'show the rows of a bulk run', () => import('./commands/bulk/show.ts')),
  entry('bulk resume', 'go on with a bulk run', () => import('./commands/bulk/resume.ts')),
  entry('bulk undo', 'take back a bulk run', () => import('./commands/bulk/undo.ts')),
];
