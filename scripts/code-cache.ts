// Has V8 compile what everyday commands run, and lays the code beside the files that it was made of. Code that is made
// after commands have run has their functions in it; made before, it would have little more than names. A process of its
// own, so that V8 has the flags that it has when the program is started.
import { execFileSync } from 'node:child_process';
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Script } from 'node:vm';
import type { run } from '../src/cli/run.ts';
import type { compose } from '../src/compose.ts';
import { codeFile, codeWithSource, createPartLoader } from '../src/part-loader.ts';
import { VERSION } from '../src/version.ts';

/** The secret of RFC 4226, and its first code. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const CODE = '755224';

/** Command lines whose code is worth its bytes, and what they exit with. */
const EVERYDAY: readonly (readonly [line: string, exit: number])[] = [
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

interface Core {
  readonly modules: {
    readonly 'src/cli/run.ts': { readonly run: typeof run };
    readonly 'src/compose.ts': { readonly compose: typeof compose };
  };
}

const root = resolve(import.meta.dirname, '..');
const core = join(root, 'dist/core.cjs');
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
  compiled: (path, script) => scripts.set(path, script),
});
await runAll(load(core) as Core);
for (const [path, script] of scripts) {
  writeFileSync(codeFile(path, process), codeWithSource(script.createCachedData(), readFileSync(path)));
}

async function runAll({ modules }: Core): Promise<void> {
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
  for (const [line, exit] of EVERYDAY) {
    const adapters = modules['src/compose.ts'].compose({ environment, uid: getuid?.(), versions: { node, sqlite } });
    const exited = await modules['src/cli/run.ts'].run(line.split(' '), io, adapters, VERSION);
    if (exited !== exit) throw new Error(`otpctl ${line} exited with ${exited}`);
  }
}
