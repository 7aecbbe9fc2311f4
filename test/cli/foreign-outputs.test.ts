import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../src/store/sqlite/runs/journal-file.ts';
import { bulk, nothingChanged, OLD, statuses } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { keyFilesOf, temporaryHome } from '../support/home.ts';
import { many, stocked } from '../support/stock.ts';

const STALE = 'disable-stale --unused-since 2022-01-01';
const NEW = 'type,user,email\ntotp,zoe,\nemail,bob,no address\n';
const USERS = 'name,mail\nada,a@example.com\n,nobody\n';

/** Every output of a command: a line in which OUT is the file, and a name that it may have. */
const OUTPUTS: readonly (readonly [line: string, name: string])[] = [
  [`bulk ${STALE} --yes --report OUT`, 'run.xml'],
  [`bulk ${STALE} --dry-run --report OUT`, 'run.json'],
  [`bulk ${STALE} --plan-out OUT`, 'stale.plan'],
  [`bulk ${STALE} --plan-out p --report OUT`, 'run.xml'],
  ['bulk update --set-status locked --from IDS --yes --report OUT', 'run.json'],
  ['bulk delete --from IDS --yes --report OUT', 'run.json'],
  ['bulk create NEW --qr-dir codes --yes --report OUT', 'run.json'],
  ['bulk create NEW --qr-dir codes --yes --residue OUT', 'rest.csv'],
  ['bulk create NEW --yes --uris-out OUT', 'uris.csv'],
  ['user import USERS --residue OUT', 'rest.csv'],
  ['user import USERS', 'users.csv.failed'],
  ['device create totp --user zoe --qr-file OUT', 'zoe.png'],
  ['store backup OUT', 'a.backup'],
];

async function place() {
  const { home, store } = await stocked(many(3, { lastUsed: OLD }));
  const folder = join(home, 'out');
  mkdirSync(folder);
  for (const [name, text] of [
    ['ids', '1\n'],
    ['new.csv', NEW],
    ['users.csv', USERS],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  const run = (line: string, out: string, more = '') => {
    const words = `${line}${more}`
      .replace(/ (IDS|NEW|USERS|p|codes)\b/g, (_, word: string) => {
        const name = { IDS: 'ids', NEW: 'new.csv', USERS: 'users.csv' }[word] ?? word;
        return ` ${folder}/${name}`;
      })
      .replace('OUT', out)
      .split(' ');
    return otpctl(words, { home });
  };
  const untouched = async () => {
    await nothingChanged(home);
    // Those of the devices, and nobody who was imported.
    expect((await otpctl(['user', 'list', '-q'], { home })).stdout).toBe('user0\nuser1\nuser2\n');
  };
  return { home, store, folder, run, untouched };
}

/** What somebody else may have laid in the way: each gives back what must still be true. */
const IN_THE_WAY: Readonly<Record<string, (path: string) => () => void>> = {
  'a link to a file'(path) {
    const target = `${path}.target`;
    writeFileSync(target, 'kept', { mode: 0o600 });
    symlinkSync(target, path);
    return () => expect(readFileSync(target, 'utf8')).toBe('kept');
  },
  'a link to nothing'(path) {
    symlinkSync(`${path}.nowhere`, path);
    return () => expect(existsSync(`${path}.nowhere`)).toBe(false);
  },
  'a pipe'(path) {
    spawnSync('mkfifo', ['-m', '600', path]);
    return () => expect(lstatSync(path).isFIFO()).toBe(true);
  },
  'a folder'(path) {
    mkdirSync(path);
    return () => expect(readdirSync(path)).toEqual([]);
  },
  'a file of another user'(path) {
    writeFileSync(path, 'kept', { mode: 0o600 });
    chownSync(path, 1234, 1234);
    return () => expect([readFileSync(path, 'utf8'), statSync(path).uid]).toEqual(['kept', 1234]);
  },
};

describe.skipIf(process.getuid?.() !== 0)('an output never goes into what is no file of ours', () => {
  for (const [what, lay] of Object.entries(IN_THE_WAY)) {
    it.each(OUTPUTS)(`not into ${what}, with or without --force:  otpctl %s`, async (line, name) => {
      const { folder, run, untouched } = await place();
      const path = join(folder, name);
      const holds = lay(path);
      for (const more of line.includes('--uris-out') ? [''] : ['', ' --force']) {
        const { exit, stdout, stderr } = await run(line, path, more);
        expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
        expect(stderr).toContain(path);
        holds();
      }
      await untouched();
      expect(readdirSync(folder).filter((each) => /\.new$|\.part$|\.db$/.test(each))).toEqual([]);
    });
  }
});

describe('a path that no file can have', () => {
  const named = OUTPUTS.filter(([line]) => line.includes('OUT'));

  it.each(named)('is refused before anything is changed:  otpctl %s', async (line, name) => {
    const { folder, run, untouched } = await place();
    for (const path of ['ids', 'a'.repeat(300), 'nowhere/deep', 'a/'.repeat(3000)]) {
      for (const more of line.includes('--uris-out') ? [''] : ['', ' --force']) {
        const { exit, stdout, stderr } = await run(line, join(folder, path, name), more);
        expect({ path, exit, stdout }).toEqual({ path, exit: 2, stdout: '' });
        expect(stderr).toMatch(/^error: .* (?:ENOTDIR|ENOENT|ENAMETOOLONG)/m);
      }
    }
    await untouched();
  });
});

it('a backup is not restored to where no file can be', async () => {
  const { home, folder, run } = await place();
  await run('store backup OUT', join(folder, 'a.backup'));
  for (const path of [join(folder, 'ids', 'store.db'), join(folder, 'a'.repeat(300))]) {
    const { exit, stderr } = await otpctl(['store', 'restore', join(folder, 'a.backup'), '--yes', '--store', path], {
      home,
    });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringMatching(/^error: .*(?:EEXIST|ENAMETOOLONG)/m) });
  }
});

describe('a file that is there', () => {
  const overwriting = OUTPUTS.filter(([line]) => !line.includes('--uris-out'));

  it.each(overwriting)('stays, before anything is changed, without --force:  otpctl %s', async (line, name) => {
    const { folder, run, untouched } = await place();
    const path = join(folder, name);
    writeFileSync(path, 'kept', { mode: 0o600 });
    const { exit, stdout, stderr } = await run(line, path);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(`error: ${path} is there already\nhint: overwrite it with  --force\n`);
    expect(readFileSync(path, 'utf8')).toBe('kept');
    await untouched();
  });

  it.each(overwriting)('gives way as a whole, and to its owner alone, with --force:  otpctl %s', async (line, name) => {
    const { folder, run } = await place();
    const [path, other] = [join(folder, name), join(folder, 'other name')];
    writeFileSync(path, 'kept', { mode: 0o600 });
    chmodSync(path, 0o666);
    linkSync(path, other);
    const { exit } = await run(line, path, ' --force');
    // A store that was filled by hand is copied, and found not sound.
    expect([0, 1, 6]).toContain(exit);
    expect(readFileSync(path, 'utf8')).not.toContain('kept');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(other, 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((each) => each.endsWith('.new'))).toEqual([]);
  });

  it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/2', '/dev/null', '-'])(
    '%s is none that a secret goes into',
    async (path) => {
      const { folder, run, untouched } = await place();
      for (const line of ['bulk create NEW --yes --uris-out OUT', 'store backup OUT --force']) {
        const { exit, stdout, stderr } = await run(line, path);
        expect({ line, exit, stdout }).toEqual({ line, exit: 2, stdout: '' });
        expect(stderr).toMatch(/^error: .*(is a link|is not a file|goes to a file)/);
      }
      await untouched();
      expect(existsSync(join(folder, '-'))).toBe(false);
    },
  );
});

describe('a list of URIs is added to', () => {
  const line = 'bulk create NEW --yes --uris-out OUT';
  const HEADING = 'id,name,user,type,otpauthUri\n';

  it('when it is one of ours, and a line that was cut stays by itself', async () => {
    const { folder, run } = await place();
    const path = join(folder, 'uris.csv');
    writeFileSync(path, `${HEADING}9,TOTP9,eve,TOTP,otpauth://to`, { mode: 0o600 });
    expect((await run(line, path)).exit).toBe(6);
    const [, cut, made, end] = readFileSync(path, 'utf8').split('\n');
    expect(cut).toBe('9,TOTP9,eve,TOTP,otpauth://to');
    expect(made).toMatch(/^4,.*,zoe,TOTP,otpauth:\/\/totp\//);
    expect(end).toBe('');
  });

  it.each([
    ['another file of ours', (path: string) => writeFileSync(path, 'Host *\n', { mode: 0o600 }), 'is no list'],
    [
      'a list that has another name',
      (path: string) => {
        writeFileSync(path, HEADING, { mode: 0o600 });
        linkSync(path, `${path}.other`);
      },
      'has another name',
    ],
    [
      'a list that others can read',
      (path: string) => {
        writeFileSync(path, HEADING);
        chmodSync(path, 0o644);
      },
      'can be reached by others',
    ],
  ] as const)('and %s is not', async (_, lay, why) => {
    const { folder, run, untouched } = await place();
    const path = join(folder, 'uris.csv');
    lay(path);
    const before = readFileSync(path, 'utf8');
    const { exit, stderr } = await run(line, path);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(why) });
    expect(readFileSync(path, 'utf8')).toBe(before);
    await untouched();
  });
});

describe('a QR code in a folder', () => {
  it('does not go through a link that has its name, and its device is taken away again', async () => {
    const { folder, run, home } = await place();
    mkdirSync(join(folder, 'codes'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'codes/zoe-4.png'));
    const { exit, stdout } = await run('bulk create NEW --qr-dir codes --yes -o jsonl', '');
    expect(exit).toBe(6);
    expect(stdout).toContain('zoe-4.png is a link');
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
    expect((await otpctl(['device', 'list', '--user', 'zoe', '-q'], { home })).stdout).toBe('');
  });
});

describe('a journal', () => {
  it.each(['a link to nothing', 'a pipe', 'a folder', 'a file of another user'])('is not kept in %s', (what) => {
    const home = temporaryHome();
    const path = join(home, 'runs.db');
    const holds = IN_THE_WAY[what]?.(path);
    expect(() => openJournal(path, 'server')).toThrow(path);
    expect(readdirSync(home).filter((name) => name !== 'runs.db')).toEqual([]);
    holds?.();
  });
});

it.each([
  `bulk ${STALE} --yes --force`,
  `bulk ${STALE} --dry-run --force`,
  'bulk delete --from IDS --yes --force',
  'bulk create NEW --uris-out OUT --yes --force',
  'device create totp --user zoe --qr always --force',
])('--force is for files, and refused where none is written:  otpctl %s', async (line) => {
  const { folder, run, untouched } = await place();
  const { exit, stdout, stderr } = await run(line, join(folder, 'uris.csv'));
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain('error: --force is for files that are written, and none is\n');
  await untouched();
});

it('a link that somebody laid where the next key goes is taken away, and not written through', async () => {
  const { home } = await stocked(many(1, {}));
  const [key = ''] = keyFilesOf(home);
  symlinkSync(join(home, 'nowhere'), `${key}.new`);
  expect(await otpctl(['store', 'key', 'rotate', '--yes'], { home })).toMatchObject({ exit: 0 });
  expect(existsSync(join(home, 'nowhere'))).toBe(false);
  expect(keyFilesOf(home)).toEqual([key]);
});

it('the store is as it was when a report is refused', async () => {
  const { home, store } = await stocked(many(3, { lastUsed: OLD }));
  const report = join(home, 'run.xml');
  writeFileSync(report, 'of last night');
  expect(await bulk(home, `${STALE} --yes --report ${report}`)).toMatchObject({ exit: 2 });
  expect(statuses(store)).toBe('VVV');
  expect(await bulk(home, `${STALE} --yes --report ${report} --force`)).toMatchObject({ exit: 0 });
  expect(readFileSync(report, 'utf8')).toContain('failures="0"');
});
