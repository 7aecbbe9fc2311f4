import type { Command } from './define-command.ts';

/** A subcommand as the command line knows it before it is asked for. */
export interface Registration {
  /** The words that name it: `device list`; one word for what stands alone. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** What each noun is about. */
export const NOUNS: Readonly<Record<string, string>> = {
  device: 'one-time-password devices: enrol, challenge, verify, administer',
  settings: 'what holds for devices of each type, and how codes travel',
  user: 'what is known of users, for labels and messages',
  audit: 'the log of every change and every verification',
  store: 'the local store: make, inspect, check; its keys',
  apikey: 'keys to the server: create, rotate, revoke',
  profile: 'named places to work on, and how to sign in there',
  ds100: 'SecurID DS100 authenticators, at RSA or in the local registry',
  bulk: 'many devices at once: plan, guard, run, resume, undo',
};

/** What the verbs of a noun are about that have a word more. */
export const GROUPS: Readonly<Record<string, string>> = {
  'store key': 'the master key of the store: show, move, rotate',
};

const entry = (name: string, summary: string, load: () => Promise<{ readonly command: unknown }>): Registration => ({
  name,
  summary,
  load: async () => (await load()).command as Command,
});

/** Every subcommand: one line each. */
export const COMMANDS: readonly Registration[] = [
  entry('device list', 'list devices', () => import('../commands/device/list.ts')),
  entry('device show', 'show one device', () => import('../commands/device/show.ts')),
  entry('device create', 'enrol a device', () => import('../commands/device/create.ts')),
  entry('device challenge', 'issue a challenge', () => import('../commands/device/challenge.ts')),
  entry('device verify', 'verify a code', () => import('../commands/device/verify.ts')),
  entry('device enable', 'enable devices', () => import('../commands/device/enable.ts')),
  entry('device disable', 'disable devices', () => import('../commands/device/disable.ts')),
  entry('device lock', 'lock devices', () => import('../commands/device/lock.ts')),
  entry('device unlock', 'unlock devices', () => import('../commands/device/unlock.ts')),
  entry('device update', 'change an address or a number', () => import('../commands/device/update.ts')),
  entry('device reset-fails', 'set failed attempts to 0', () => import('../commands/device/reset-fails.ts')),
  entry('device resync', 'find a device that ran ahead', () => import('../commands/device/resync.ts')),
  entry('device delete', 'delete devices for good', () => import('../commands/device/delete.ts')),
  entry('settings list', 'list all settings', () => import('../commands/settings/list.ts')),
  entry('settings get', 'print one setting', () => import('../commands/settings/get.ts')),
  entry('settings set', 'change settings', () => import('../commands/settings/set.ts')),
  entry('settings unset', 'return settings to their defaults', () => import('../commands/settings/unset.ts')),
  entry('settings export', 'write settings as TOML, without secrets', () => import('../commands/settings/export.ts')),
  entry('settings import', 'read settings from TOML', () => import('../commands/settings/import.ts')),
  entry('settings test', 'send a test message', () => import('../commands/settings/test.ts')),
  entry('user list', 'list users that something is known of', () => import('../commands/user/list.ts')),
  entry('user show', 'show one user', () => import('../commands/user/show.ts')),
  entry('user set', 'set attributes of a user', () => import('../commands/user/set.ts')),
  entry('user remove', 'forget what is known of a user', () => import('../commands/user/remove.ts')),
  entry('user import', 'read users from a file', () => import('../commands/user/import.ts')),
  entry('audit list', 'list what happened', () => import('../commands/audit/list.ts')),
  entry('audit verify', 'check that the log is whole', () => import('../commands/audit/verify.ts')),
  entry('audit export', 'write the log with its chain', () => import('../commands/audit/export.ts')),
  entry('store init', 'make a store', () => import('../commands/store/init.ts')),
  entry('store info', 'say what the store is', () => import('../commands/store/info.ts')),
  entry('store check', 'look for damage', () => import('../commands/store/check.ts')),
  entry('store migrate', 'bring the store to the schema of this program', () => import('../commands/store/migrate.ts')),
  entry('apikey create', 'make a key to the server', () => import('../commands/apikey/create.ts')),
  entry('apikey list', 'list the keys to the server', () => import('../commands/apikey/list.ts')),
  entry('apikey rotate', 'replace a key by a new one', () => import('../commands/apikey/rotate.ts')),
  entry('apikey revoke', 'make a key open nothing', () => import('../commands/apikey/revoke.ts')),
  entry('api', 'send a raw request to a server', () => import('../commands/api.ts')),
  entry('doctor', 'look at everything that commands depend on', () => import('../commands/doctor.ts')),
  entry('serve', 'serve the store over HTTP', () => import('../commands/serve.ts')),
  entry('profile add', 'add a profile', () => import('../commands/profile/add.ts')),
  entry('profile login', 'sign in at the server of a profile', () => import('../commands/profile/login.ts')),
  entry('profile logout', 'forget the secrets of a profile', () => import('../commands/profile/logout.ts')),
  entry(
    'profile status',
    'say who is signed in and what the server allows',
    () => import('../commands/profile/status.ts'),
  ),
  entry('profile list', 'list profiles', () => import('../commands/profile/list.ts')),
  entry('profile show', 'show one profile', () => import('../commands/profile/show.ts')),
  entry('profile use', 'make a profile the default', () => import('../commands/profile/use.ts')),
  entry('profile remove', 'remove a profile and its secrets', () => import('../commands/profile/remove.ts')),
  entry('ds100 show', 'show the credential on a DS100', () => import('../commands/ds100/show.ts')),
  entry('ds100 list', 'list the DS100 devices of a user', () => import('../commands/ds100/list.ts')),
  entry('ds100 disable', 'disable DS100 devices', () => import('../commands/ds100/disable.ts')),
  entry('ds100 enable', 'enable DS100 devices', () => import('../commands/ds100/enable.ts')),
  entry('ds100 clear-pin', 'clear the PIN of a DS100', () => import('../commands/ds100/clear-pin.ts')),
  entry('ds100 delete', 'delete the credential on a DS100 for good', () => import('../commands/ds100/delete.ts')),
  entry('ds100 add', 'register a DS100 in the local registry', () => import('../commands/ds100/add.ts')),
  entry('ds100 import', 'register the DS100 devices of a file', () => import('../commands/ds100/import.ts')),
  entry('bulk disable-stale', 'disable devices that nobody uses', () => import('../commands/bulk/disable-stale.ts')),
  entry('bulk update', 'set the status of many devices', () => import('../commands/bulk/update.ts')),
  entry('bulk delete', 'delete many devices for good', () => import('../commands/bulk/delete.ts')),
  entry('bulk create', 'enrol the devices of a file', () => import('../commands/bulk/create.ts')),
  entry('bulk apply', 'do what a plan says', () => import('../commands/bulk/apply.ts')),
  entry('bulk runs', 'list bulk runs', () => import('../commands/bulk/runs.ts')),
  entry('bulk show', 'show the rows of a bulk run', () => import('../commands/bulk/show.ts')),
  entry('bulk resume', 'go on with a bulk run', () => import('../commands/bulk/resume.ts')),
  entry('store backup', 'copy the store into one file', () => import('../commands/store/backup.ts')),
  entry('store restore', 'put a backup in the place of the store', () => import('../commands/store/restore.ts')),
  entry('bulk undo', 'take back a bulk run', () => import('../commands/bulk/undo.ts')),
  entry('store key show', 'say where the master key is', () => import('../commands/store/key/show.ts')),
  entry('store key move', 'move the master key', () => import('../commands/store/key/move.ts')),
  entry('audit repair', 'seal what is broken of the log', () => import('../commands/audit/repair.ts')),
  entry('audit prune', 'remove old entries that were exported', () => import('../commands/audit/prune.ts')),
  entry('store key rotate', 'seal everything with new keys', () => import('../commands/store/key/rotate.ts')),
  entry('why', 'say why a user cannot sign in', () => import('../commands/why.ts')),
  entry('completion', 'print the completion script of a shell', () => import('../commands/completion.ts')),
];

/** Whether words lead to a group of verbs. */
export function isGroup([noun, word]: readonly string[]): boolean {
  return Object.hasOwn(GROUPS, `${noun} ${word}`);
}

/** Whether a subcommand has no noun. */
export function isAlone({ name }: Pick<Registration, 'name'>): boolean {
  return !name.includes(' ');
}
