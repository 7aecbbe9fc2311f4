import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { command, PROGRAM, program, ROOT } from '../support/process.ts';
import { scriptedServer } from '../support/scripted-server.ts';

/** Starts the program, and writes down at its end which modules were loaded and which files were read since. */
const WATCHED = `
  const [, program, list] = process.argv.splice(0, 3, process.argv[0], '');
  const before = new Set(process.moduleLoadList);
  const fs = require('node:fs');
  const files = [];
  const read = fs.readFileSync;
  fs.readFileSync = (path, ...more) => { files.push(String(path)); return read(path, ...more); };
  process.on('exit', () => {
    const builtins = process.moduleLoadList.filter((name) => !before.has(name));
    fs.writeFileSync(list, JSON.stringify({ builtins, files }));
  });
  require(program);
`;

interface Loaded {
  /** Parts of the program. */
  readonly chunks: readonly string[];
  /** Public modules of Node that a Node which does nothing has not loaded. */
  readonly builtins: readonly string[];
}

async function loadedBy(
  argv: readonly string[],
  home: string,
  environment = {},
): Promise<Loaded & { exit: number | null }> {
  const list = join(home, 'loaded.json');
  const { exit } = await command(process.execPath, ['-e', WATCHED, PROGRAM, list, ...argv], {
    home,
    environment,
  });
  const { builtins, files } = JSON.parse(readFileSync(list, 'utf8')) as { builtins: string[]; files: string[] };
  return {
    exit,
    chunks: files
      .filter((path) => path.startsWith(join(ROOT, 'dist/chunks')) && path.endsWith('.cjs'))
      .map((path) => basename(path, '.cjs'))
      .toSorted(),
    builtins: builtins.flatMap((name) => /^NativeModule (?!internal\/)(.+)$/.exec(name)?.[1] ?? []).toSorted(),
  };
}

/** Starts the program, and says at its end how large V8's young space has become: it grows when it was swept. */
const YOUNG = `
  const [, program] = process.argv.splice(0, 2, process.argv[0], '');
  process.on('exit', () => {
    const spaces = process.getBuiltinModule('node:v8').getHeapSpaceStatistics();
    const { space_size } = spaces.find(({ space_name }) => space_name === 'new_space');
    require('node:fs').writeSync(2, String(space_size));
  });
  require(program);
`;

async function youngSpaceAfter(argv: readonly string[], home: string): Promise<number> {
  const { exit, stderr } = await command(process.execPath, ['-e', YOUNG, PROGRAM, ...argv], { home });
  expect(exit).toBe(0);
  return Number(stderr);
}

const EVERYDAY = ['everyday'];
const HELPING = [...EVERYDAY, 'parse-help-or-mistake', 'parse-help-topics'];
const CREATING = [
  ...EVERYDAY,
  'shared',
  'backends-local-create-device',
  'domain-enrollment-enrollment',
  'backends-local-local-users',
  'device-create',
  'store-sqlite-store-writer',
];

const PRINTING_BUILTINS = ['vm'];
const READING_BUILTINS = [...PRINTING_BUILTINS, 'sqlite'];
/** os says in whose name; crypto brings the streams. */
const WRITING_BUILTINS = [...READING_BUILTINS, 'os', 'crypto', 'stream', 'stream/promises', 'string_decoder'];
/** And a PNG, which is in the JSON of a new device. */
const IMAGE_BUILTINS = [...WRITING_BUILTINS, 'assert', 'net', 'zlib'];

describe('what a command loads', () => {
  it.each([
    ['--version', [], []],
    ['--help', HELPING, [...PRINTING_BUILTINS, 'process']],
    ['device --help', HELPING, [...PRINTING_BUILTINS, 'process']],
    ['device show 1', EVERYDAY, READING_BUILTINS],
    ['device show 1 -o json', EVERYDAY, READING_BUILTINS],
    ['device list --limit 10', EVERYDAY, READING_BUILTINS],
    ['device list --limit 10 -o json', EVERYDAY, READING_BUILTINS],
    ['device verify 1 000000', EVERYDAY, WRITING_BUILTINS],
    ['device verify 1 000000 -o json', EVERYDAY, WRITING_BUILTINS],
    ['device create totp --user ada --show-secret', CREATING, [...WRITING_BUILTINS, 'net']],
    [
      'device create totp --user ada --show-secret -o json',
      [...CREATING, 'output-qr-image', 'pngjs-lib-png', 'qr'],
      IMAGE_BUILTINS,
    ],
  ])('is no more than it needs in  %s', async (line, chunks, builtins) => {
    const home = temporaryHome();
    await program(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
    const loaded = await loadedBy(line.split(' '), home);
    expect(loaded.exit).toBe(line.includes('verify') ? 1 : 0);
    expect(loaded.chunks).toEqual(chunks.toSorted());
    // Which further ones these bring with them is up to Node.
    expect(loaded.builtins.filter((name) => !builtins.includes(name))).toEqual([]);
  });

  it.each(['device show 1 -o json', 'device list --limit 10 -o json'])(
    'is little enough for V8 to sweep nothing in  %s',
    async (line) => {
      const home = temporaryHome();
      await program(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
      expect(await youngSpaceAfter(line.split(' '), home)).toBe(await youngSpaceAfter(['--version'], home));
    },
  );

  it('is no TLS, no HTTP/2 and no keyring at a server that speaks plain HTTP/1.1, with a key from the environment', async () => {
    const { origin, requests } = await scriptedServer(() => undefined);
    const environment = { OTPCTL_URL: origin, OTPCTL_TOKEN: 'secret' };
    const { exit, chunks, builtins } = await loadedBy(['device', 'show', '1'], temporaryHome(), environment);
    expect(exit).toBe(7);
    expect(requests).not.toEqual([]);
    expect(chunks).toContain('http-agent');
    expect(builtins).toContain('http');
    expect(builtins.filter((name) => ['http2', 'tls', 'crypto', 'child_process'].includes(name))).toEqual([]);
  });
});
