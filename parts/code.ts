// Has V8 compile what everyday commands run, and lays the code beside the files that it was made of. Code that is made
// after commands have run has their functions in it; made before, it would have little more than names. A process of its
// own, so that V8 has the flags that it has when the program is started.
import { execFileSync } from 'node:child_process';
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import type { Script } from 'node:vm';
import type { run as Run } from '../src/cli/run.ts';
import type { compose as Compose } from '../src/compose/compose.ts';
import { VERSION } from '../src/version.ts';
import { OPERATOR, startSoffid } from '../test/support/soffid/soffid-server.ts';
import { codeFile, codeWithSource, createPartLoader } from './loader.ts';

/** The secret of RFC 4226, and its first code. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const CODE = '755224';

const FIRST_ID = 1n;

type Lines = readonly (readonly [line: string, exit: number])[];

/** Command lines whose code is worth its bytes, and what they exit with. */
const EVERYDAY: Lines = [
  ['--help', 0],
  ['device --help', 0],
  ['device show 1', 0],
  ['device show 1 -o json', 0],
  ['device list --limit 10', 0],
  ['device list --limit 10 -o json', 0],
  [`device verify 1 ${CODE}`, 0],
  [`device verify 1 ${CODE}`, 1],
  [`device verify 1 ${CODE} -o json`, 1],
];
/** The same of a server: the library for HTTP alone is five times as much as all that a local command loads. */
const REMOTE: Lines = [
  [`device show ${FIRST_ID} -o json`, 0],
  ['device list --limit 10', 0],
  ['bulk update --set-status D --user ada --yes', 0],
];

const root = resolve(import.meta.dirname, '..');
const program = join(root, 'bin/otpctl.js');
using home = mkdtempDisposableSync(join(tmpdir(), 'otpctl-code-'));
const environment = { HOME: home.path };

// In a process of its own: how a device is made is not in the code.
execFileSync(process.execPath, [program, 'device', 'create', 'hotp', '--user', 'ada', '--secret-stdin'], {
  env: environment,
  input: SECRET,
  stdio: 'pipe',
});
const scripts = new Map<string, Script>();
const load = createPartLoader({
  node: process,
  require: createRequire(import.meta.url),
  folder: join(root, 'dist/chunks'),
  compiled: (path, script) => scripts.set(path, script),
});
const { run } = load('part:everyday/src/cli/run.ts') as { readonly run: typeof Run };
const { compose } = load('part:everyday/src/compose/compose.ts') as { readonly compose: typeof Compose };
await runAll(EVERYDAY, environment);
// Before the others: what only they need of the everyday part would be read at every start.
layCode();
const server = await startSoffid({
  clock: { now: () => 1_609_459_200 },
  random: { bytes: (count) => new Uint8Array(count) },
  firstId: FIRST_ID,
});
try {
  server.devices.set(FIRST_ID, {
    ...{ id: FIRST_ID, name: 'TOTP00000001', type: 'TOTP', user: 'ada', status: 'V', fails: 0 },
    ...{ created: 1_609_459_200_000, lastUsed: 1_609_459_200_000 },
  });
  const signIn = { OTPCTL_USERNAME: OPERATOR.username, OTPCTL_PASSWORD: OPERATOR.password };
  await runAll(REMOTE, { ...environment, OTPCTL_URL: server.url, ...signIn });
} finally {
  await server.close();
}
// A bulk run may have set this, and V8 refuses code that was made with other flags.
setFlagsFromString('--semi-space-growth-factor=2');
layCode();

/** Lays the code of what was loaded, as far as there is none yet. */
function layCode(): void {
  for (const [path, script] of scripts) {
    writeFileSync(codeFile(path, process), codeWithSource(script.createCachedData(), readFileSync(path)));
    scripts.delete(path);
  }
}

async function runAll(lines: Lines, environment: Record<string, string>): Promise<void> {
  const { getuid, versions } = process;
  const { sqlite = 'none', node } = versions;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = {
    stdin: Readable.from([]),
    stdout: silent,
    stderr: silent,
    environment,
    interruption: new AbortController().signal,
  };
  for (const [line, exit] of lines) {
    const createContext = compose({ uid: getuid?.(), versions: { node, sqlite } });
    const exited = await run(line.split(' '), io, createContext, VERSION);
    if (exited !== exit) throw new Error(`otpctl ${line} exited with ${exited}`);
  }
}
