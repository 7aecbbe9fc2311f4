import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { ROOT } from '../support/process.ts';
import { type Terminal, terminalOf } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

/** How each shell is started with nothing but the script, and how a word of it is typed up to a point. */
const SHELLS = {
  bash: {
    script: 'otpctl.bash',
    start: (home: string, script: string) => {
      writeFileSync(join(home, 'rc'), `PS1='ready> '\nbind 'set bell-style none'\nsource '${script}'\n`);
      return ['--noprofile', '--rcfile', join(home, 'rc'), '-i'];
    },
  },
  zsh: {
    script: '_otpctl',
    start: (home: string, script: string) => {
      writeFileSync(
        join(home, '.zshrc'),
        `PS1='ready> '\nunsetopt beep\nautoload -Uz compinit && compinit -u -D\nsource '${script}'\n`,
      );
      return ['-d', '-i'];
    },
  },
  fish: {
    script: 'otpctl.fish',
    start: (home: string, script: string) => {
      mkdirSync(join(home, '.config/fish'), { recursive: true });
      writeFileSync(
        join(home, '.config/fish/config.fish'),
        `function fish_prompt; echo 'ready> '; end\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nsource '${script}'\n`,
      );
      return ['-i'];
    },
  },
} as const;

const USERS = [
  'ada',
  'bob smith',
  "carl o'brien",
  'dora "d" x',
  '$(touch pwned)',
  '`touch pwned`',
  '${IFS}touch',
  'eve;touch pwned',
  'fay:west wing',
  'gus!bang',
  'жанна д',
  'back\\slash x',
  'kim&touch pwned',
  'lea*?[x]',
  'mia=x y',
  '~nina',
  '李 雷',
];

/** How the device of an address is called. */
const MAIL = 'Email message to on**@ex*****.co*';

/** What is typed, a tab where one is pressed, and the arguments that the program then gets. */
const EVERYWHERE: readonly (readonly [string, readonly string[]])[] = [
  ['dev\tli\t', ['device', 'list']],
  ['device list --cou\t', ['device', 'list', '--count']],
  ['device list --type hot\t', ['device', 'list', '--type', 'hotp']],
  ['device list --type=hot\t', ['device', 'list', '--type=hotp']],
  ['-o cs\t device list', ['-o', 'csv', 'device', 'list']],
  ['-vo jsonl device lis\t', ['-vo', 'jsonl', 'device', 'list']],
  ['--store "STORE" device list --user ad\t', ['--store', 'STORE', 'device', 'list', '--user', 'ada']],
  ['device list --user=ad\t', ['device', 'list', '--user=ada']],
  ['device list --user bob\t', ['device', 'list', '--user', 'bob smith']],
  ['device list --user "bob\t', ['device', 'list', '--user', 'bob smith']],
  ["device list --user 'bob s\t", ['device', 'list', '--user', 'bob smith']],
  ['device list --user carl\t', ['device', 'list', '--user', "carl o'brien"]],
  ['device list --user "carl\t', ['device', 'list', '--user', "carl o'brien"]],
  ["device list --user 'dora\t", ['device', 'list', '--user', 'dora "d" x']],
  ['device list --user dora\t', ['device', 'list', '--user', 'dora "d" x']],
  ["device list --user '$(\t", ['device', 'list', '--user', '$(touch pwned)']],
  ['device list --user \\$\\(\t', ['device', 'list', '--user', '$(touch pwned)']],
  ['device list --user \\`\t', ['device', 'list', '--user', '`touch pwned`']],
  ["device list --user '${\t", ['device', 'list', '--user', '${IFS}touch']],
  ['device list --user eve\t', ['device', 'list', '--user', 'eve;touch pwned']],
  ['device list --user fay\t', ['device', 'list', '--user', 'fay:west wing']],
  ['device list --user fay:\t', ['device', 'list', '--user', 'fay:west wing']],
  ['device list --user=fay:w\t', ['device', 'list', '--user=fay:west wing']],
  ['device list --user gus\t', ['device', 'list', '--user', 'gus!bang']],
  ['device list --user жан\t', ['device', 'list', '--user', 'жанна д']],
  ['device list --user 李\t', ['device', 'list', '--user', '李 雷']],
  ['device list --user back\t', ['device', 'list', '--user', 'back\\slash x']],
  ['device list --user kim\t', ['device', 'list', '--user', 'kim&touch pwned']],
  ['device list --user lea\t', ['device', 'list', '--user', 'lea*?[x]']],
  ['device list --user mia=\t', ['device', 'list', '--user', 'mia=x y']],
  ["device list --user '~\t", ['device', 'list', '--user', '~nina']],
  ['user show fay\t', ['user', 'show', 'fay:west wing']],
  ['device show Em\t', ['device', 'show', MAIL]],
  ['device show em\t', ['device', 'show', MAIL]],
  ['device enable 1 2 "Email mess\t', ['device', 'enable', '1', '2', MAIL]],
  ['device show -- Email\\ m\t', ['device', 'show', '--', MAIL]],
  ['settings get email.smtp\t', ['settings', 'get', 'email.smtpUrl']],
  ['settings set pin.min\t', ['settings', 'set', 'pin.minLength=']],
  ['settings set pin.minLength=1 totp.enabled=f\t', ['settings', 'set', 'pin.minLength=1', 'totp.enabled=false']],
  ['profile use loc\t', ['profile', 'use', 'local']],
  ['device list --profile=loc\t', ['device', 'list', '--profile=local']],
  ['bulk update --from idsf\t', ['bulk', 'update', '--from', 'idsfile.txt']],
  ['bulk update --from=idsf\t', ['bulk', 'update', '--from=idsfile.txt']],
  ['help exit\t', ['help', 'exit-codes']],
  ['help dev\tshow', ['help', 'device', 'show']],
  ['completion fi\t', ['completion', 'fish']],
  ['device create pi\t', ['device', 'create', 'pin']],
  ['device list --columns ext\t', ['device', 'list', '--columns', 'externalId']],
  ['device list --columns id,us\t', ['device', 'list', '--columns', 'id,user']],
  ['device list --columns=id,user,sta\t', ['device', 'list', '--columns=id,user,status']],
  ['device lock --tick\tX 1', ['device', 'lock', '--ticket', 'X', '1']],
  ['--tick\tX device lock 1', ['--ticket', 'X', 'device', 'lock', '1']],
  // Nothing is known of it, so nothing is added.
  ['device list --text no\t', ['device', 'list', '--text', 'no']],
  ['nonsense dev\t', ['nonsense', 'dev']],
  ['bulk update --from nothinglikethat\t', ['bulk', 'update', '--from', 'nothinglikethat']],
  ['bulk create x --qr-dir subf\tx', ['bulk', 'create', 'x', '--qr-dir', 'subfolder/x']],
  ['why fay\t', ['why', 'fay:west wing']],
  ['--store /nowhere/x.db device list --user ad\t', ['--store', '/nowhere/x.db', 'device', 'list', '--user', 'ad']],
];

describe.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])('completion in %s', (shell) => {
  it('completes commands, options and values, and runs nothing that is in one', {
    timeout: 400_000,
  }, async (context) => {
    needs(context, 'tmux');
    needs(context, shell);
    const { terminal, folder, run } = await shellIn(shell);
    const wrong: unknown[] = [];
    for (const [typed, expected] of EVERYWHERE) {
      const got = await run(typed.replaceAll('STORE', join(folder, 'the store.db')));
      const meant = expected.map((word) => word.replaceAll('STORE', join(folder, 'the store.db')));
      if (JSON.stringify(got) !== JSON.stringify(meant)) wrong.push({ typed, got, expected: meant });
    }
    expect(wrong).toEqual([]);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
    expect(existsSync('/nowhere')).toBe(false);
    expect(await terminal.text()).not.toMatch(/otpctl:|error|rror:|compadd|not found/);
  });
});

interface Shell {
  readonly terminal: Terminal;
  readonly folder: string;
  /** Types the arguments of otpctl, presses Enter, and answers what the program got. */
  run(typed: string): Promise<readonly string[]>;
}

async function shellIn(shell: keyof typeof SHELLS): Promise<Shell> {
  const home = temporaryHome();
  const folder = join(home, 'work');
  mkdirSync(folder);
  writeFileSync(join(folder, 'idsfile.txt'), '1\n');
  mkdirSync(join(folder, 'subfolder'));
  await fill(home, join(folder, 'the store.db'));
  const record = join(home, 'record');
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'otpctl'),
    `#!/bin/sh
if [ "$1" = __complete ]; then exec '${process.execPath}' '${join(ROOT, 'bin/otpctl.js')}' "$@"; fi
for word; do printf '%s\\0' "$word"; done > '${record}.new'
mv '${record}.new' '${record}'
`,
  );
  chmodSync(join(bin, 'otpctl'), 0o755);
  const { script, start } = SHELLS[shell];
  const argv = start(home, join(ROOT, 'completions', script));
  const terminal = await terminalOf('sh', ['-c', 'cd "$0" && exec "$@"', folder, shell, ...argv], {
    home,
    columns: 120,
    rows: 40,
    environment: { PATH: `${bin}:${process.env['PATH']}`, LANG: 'C.UTF-8', TERM: 'screen' },
  });
  await terminal.see('ready>');
  const run = async (typed: string) => {
    rmSync(record, { force: true });
    await terminal.type('otpctl ');
    for (const [at, piece] of typed.split('\t').entries()) {
      if (at > 0) await terminal.press('Tab');
      if (piece !== '') await terminal.type(piece);
    }
    await terminal.press('Enter');
    for (let tries = 0; !existsSync(record); tries++) {
      if (tries > 200) {
        // A quote that stayed open, or a menu.
        await terminal.press('C-c');
        return ['nothing was run', (await terminal.text()).slice(-300)];
      }
      await pause(50);
    }
    return readFileSync(record, 'utf8').split('\0').slice(0, -1);
  };
  return { terminal, folder, run };
}

async function fill(home: string, second: string): Promise<void> {
  for (const store of [[], ['--store', second]]) {
    for (const user of USERS) {
      await otpctl([...store, 'device', 'create', 'pin', '--user', user, '--pin-stdin'], { home, stdin: '12345678' });
      await otpctl([...store, 'user', 'set', user, '--attr', 'fullName=x'], { home });
    }
    await otpctl([...store, 'device', 'create', 'email', '--user', 'only', '--email', 'only@example.com'], { home });
  }
}
