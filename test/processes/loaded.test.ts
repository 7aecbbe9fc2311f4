import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { command, program, ROOT } from '../support/process.ts';
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
  /** Files of dist/, but for those of every command. */
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
  const { exit } = await command(process.execPath, ['-e', WATCHED, join(ROOT, 'bin/otpctl.js'), list, ...argv], {
    home,
    environment,
  });
  const { builtins, files } = JSON.parse(readFileSync(list, 'utf8')) as { builtins: string[]; files: string[] };
  return {
    exit,
    chunks: files
      .filter((path) => path.startsWith(join(ROOT, 'dist')) && path.endsWith('.cjs'))
      .map((path) => basename(path, '.cjs'))
      .filter((name) => name !== 'main')
      .toSorted(),
    builtins: builtins.flatMap((name) => /^NativeModule (?!internal\/)(.+)$/.exec(name)?.[1] ?? []).toSorted(),
  };
}

const READING = ['compose-local', 'core'];
const WRITING = [...READING, 'store-sqlite-store-writer', 'store-sqlite-keys-open-keys'];
const CREATING = [...WRITING, 'backends-local-create-device', 'device-create'];
const VERIFYING = [...WRITING, 'backends-local-verify-device', 'device-verify'];

const PRINTING_BUILTINS = ['os', 'vm'];
const READING_BUILTINS = [...PRINTING_BUILTINS, 'sqlite'];
/** crypto brings the streams. */
const WRITING_BUILTINS = [...READING_BUILTINS, 'crypto', 'stream', 'stream/promises', 'string_decoder'];
/** And a PNG, which is in the JSON of a new device. */
const IMAGE_BUILTINS = [...WRITING_BUILTINS, 'assert', 'net', 'zlib'];

describe('what a command loads', () => {
  it.each([
    ['--version', [], []],
    ['--help', ['core', 'parse-help-or-mistake'], [...PRINTING_BUILTINS, 'process']],
    ['device --help', ['core', 'parse-help-or-mistake'], [...PRINTING_BUILTINS, 'process']],
    ['device show 1', [...READING, 'device-show'], READING_BUILTINS],
    ['device show 1 -o json', [...READING, 'device-show'], READING_BUILTINS],
    ['device list --limit 10', [...READING, 'device-list'], READING_BUILTINS],
    ['device list --limit 10 -o json', [...READING, 'device-list'], READING_BUILTINS],
    ['device verify 1 000000', VERIFYING, WRITING_BUILTINS],
    ['device verify 1 000000 -o json', VERIFYING, WRITING_BUILTINS],
    ['device create totp --user ada --show-secret', CREATING, [...WRITING_BUILTINS, 'net']],
    ['device create totp --user ada --show-secret -o json', [...CREATING, 'output-qr-image'], IMAGE_BUILTINS],
  ])('is no more than it needs in  %s', async (line, chunks, builtins) => {
    const home = temporaryHome();
    await program(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
    const loaded = await loadedBy(line.split(' '), home);
    expect(loaded.exit).toBe(line.includes('verify') ? 1 : 0);
    expect(loaded.chunks).toEqual(chunks.toSorted());
    // Which further ones these bring with them is up to Node.
    expect(loaded.builtins.filter((name) => !builtins.includes(name))).toEqual([]);
  });

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
