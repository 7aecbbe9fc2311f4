import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeFile, codeWithSource } from '../../parts/loader.ts';
import { temporaryHome } from '../support/home.ts';
import { command, type ProcessOutcome, program, ROOT } from '../support/process.ts';

const DIST = join(ROOT, 'dist');
/** The names of the parts that have code. */
const PARTS = readdirSync(join(DIST, 'chunks'))
  .filter((name) => name.endsWith('.code'))
  .map((name) => name.replace(/\.cjs\..*$/, ''));

/** Loads parts in a process like that of the program, and says of each whether V8 refused its code. */
const LOADING = `
  const [, loader, folder, ...parts] = process.argv;
  const { createPartLoader } = require(loader);
  const refused = {};
  const compiled = (path, script) => {
    refused[require('node:path').basename(path, '.cjs')] = script.cachedDataRejected ?? 'no code';
  };
  const load = createPartLoader({ node: process, require, folder, compiled });
  for (const part of parts) load(\`part:\${part}/none\`);
  console.log(JSON.stringify(refused));
`;

async function refusals(parts: readonly string[], ...flags: string[]): Promise<Record<string, boolean | string>> {
  const home = temporaryHome();
  const argv = [...flags, '-e', LOADING, join(ROOT, 'parts/loader.ts'), join(DIST, 'chunks'), ...parts];
  const { exit, stdout, stderr } = await command(process.execPath, argv, { home });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, boolean | string>;
}

/** A copy of the built program, whose everyday part may be damaged. */
function copied(home: string): { everyday: string; code: string; bin: string } {
  const folder = join(home, 'otpctl');
  mkdirSync(folder);
  for (const name of ['bin', 'dist']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  const everyday = join(folder, 'dist/chunks/everyday.cjs');
  return { everyday, code: codeFile(everyday, process), bin: join(folder, 'bin/otpctl.js') };
}

/** What a file of code holds. */
function partsOf(code: string, everyday: string): { code: Buffer; source: Buffer } {
  const source = readFileSync(everyday);
  const file = readFileSync(code);
  return { source, code: file.subarray(0, (file.length - source.length) / 2) };
}

describe('the code that the build lays beside the program', () => {
  it('is there for what everyday commands load, and V8 takes it', async () => {
    expect(PARTS).toEqual(expect.arrayContaining(['everyday', 'parse-help-or-mistake']));
    const refused = await refusals(PARTS);
    expect(refused).toEqual(Object.fromEntries(PARTS.map((path) => [path, false])));
  });

  it('is refused by a V8 with other flags, which compiles anew', async () => {
    expect(await refusals(['everyday'], '--stack-size=900')).toEqual({ everyday: true });
  });

  it('is not looked for by another engine', () => {
    const node = { versions: { ...process.versions, v8: '13.6.0.0' }, platform: process.platform, arch: process.arch };
    expect(codeFile('everyday.cjs', node)).not.toBe(codeFile('everyday.cjs', process));
    expect(codeFile('everyday.cjs', { ...node, arch: 'arm64' })).not.toBe(
      codeFile('everyday.cjs', { ...node, arch: 'x64' }),
    );
  });
});

/** Turns one bit around. */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

/** Puts other code there, whole and with the right source: only V8 can refuse it. */
function rewrite(path: string, everyday: string, change: (code: Buffer) => Buffer): void {
  const { code, source } = partsOf(path, everyday);
  writeFileSync(path, codeWithSource(change(code), source));
}

describe('a program whose code is not what it was', () => {
  const LINES = ['device show 1 -o json', 'device list', 'device show 9', '--help', 'device verify 1 000000 -o json'];
  let store: string;
  let meant: readonly ProcessOutcome[];

  /** What command lines say and exit with, on a store of their own. */
  async function outcomes(bin: string, environment: Record<string, string> = {}): Promise<readonly ProcessOutcome[]> {
    const home = mkdtempSync(join(store, 'home-'));
    cpSync(join(store, 'enrolled'), home, { recursive: true });
    const found: ProcessOutcome[] = [];
    for (const line of LINES) {
      found.push(await command(process.execPath, [bin, ...line.split(' ')], { home, environment }));
    }
    return found;
  }

  beforeAll(async () => {
    store = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
    const home = join(store, 'enrolled');
    mkdirSync(home);
    await program(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
    meant = await outcomes(join(ROOT, 'bin/otpctl.js'));
    expect(meant.map(({ exit }) => exit)).toEqual([0, 0, 3, 0, 1]);
    return () => rmSync(store, { recursive: true, force: true });
  });

  it.each<[string, (code: string, everyday: string) => void]>([
    ['is missing', (code) => rmSync(code)],
    ['is empty', (code) => writeFileSync(code, '')],
    ['is cut short', (code) => writeFileSync(code, readFileSync(code).subarray(0, -5000))],
    ['is the source alone', (code, everyday) => cpSync(everyday, code)],
    [
      'is a folder',
      (code) => {
        rmSync(code);
        mkdirSync(code);
      },
    ],
    ['has one wrong bit in its first half', (code, everyday) => flip(code, partsOf(code, everyday).code.length / 2)],
    ['has one wrong bit in its second half', (code, everyday) => flip(code, partsOf(code, everyday).code.length * 1.5)],
    ['was made of another source', (code, everyday) => flip(code, 2 * partsOf(code, everyday).code.length + 1000)],
    ['is of another V8', (code, everyday) => rewrite(code, everyday, (bytes) => bytes.fill(0x5a, 4, 8))],
    ['is no code', (code, everyday) => rewrite(code, everyday, (bytes) => bytes.fill(0x5a))],
    ['is shorter than it says', (code, everyday) => rewrite(code, everyday, (bytes) => bytes.subarray(0, -4096))],
  ])('answers the same where it %s', async (_, damage) => {
    const { bin, code, everyday } = copied(temporaryHome());
    damage(code, everyday);
    expect(await outcomes(bin)).toEqual(meant);
  });

  it('is what its source says, where that was changed and is as long as before', async () => {
    const home = temporaryHome();
    const { bin, everyday } = copied(home);
    writeFileSync(everyday, readFileSync(everyday, 'utf8').replaceAll('list devices', 'LIST DEVICES'));
    const { stdout } = await command(process.execPath, [bin, 'device', '--help'], { home });
    expect(stdout).toContain('LIST DEVICES');
    expect(stdout).not.toContain('list devices');
  });

  it('answers the same under options that change the flags of V8', async () => {
    const options = { NODE_OPTIONS: '--max-old-space-size=300 --stack-trace-limit=20' };
    expect(await outcomes(join(ROOT, 'bin/otpctl.js'), options)).toEqual(meant);
  });

  it('reads none from elsewhere', async () => {
    const home = temporaryHome();
    const { bin, everyday } = copied(home);
    const watching = `
      const [, cwd, list, program, ...argv] = process.argv;
      process.chdir(cwd);
      const fs = require('node:fs');
      const read = fs.readFileSync;
      const files = [];
      fs.readFileSync = (path, ...more) => { files.push(String(path)); return read(path, ...more); };
      process.on('exit', () => fs.writeFileSync(list, JSON.stringify(files)));
      process.argv.splice(0, Infinity, process.argv[0], program, ...argv);
      require(program);
    `;
    const list = join(home, 'read.json');
    const argv = ['-e', watching, join(ROOT, 'dist'), list, bin, 'device', 'list'];
    await command(process.execPath, argv, { home, environment: { NODE_COMPILE_CACHE: '', XDG_CACHE_HOME: home } });
    const read = (JSON.parse(readFileSync(list, 'utf8')) as string[]).filter((path) => path.endsWith('.code'));
    expect(read).toContain(codeFile(everyday, process));
    expect(read.filter((path) => !path.startsWith(dirname(everyday)))).toEqual([]);
  });
});
