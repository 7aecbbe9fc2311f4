import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles a program of this folder, so that hundreds of it start in no time. */
export async function bundled(name: string): Promise<{ readonly file: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'otpctl-worker-'));
  const file = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, name)],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
  });
  // The keyring is asked by a program of its own, which is looked for beside this one.
  const child = join(import.meta.dirname, '../../src/credentials/keyring-child.ts');
  writeFileSync(join(folder, 'keyring-child.mjs'), `import ${JSON.stringify(child)};\n`);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
