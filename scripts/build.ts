// Builds dist/: the program (parts/README.md says how it is divided), the code that V8 made of it, and the licences.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleProgram } from '../parts/bundle.ts';
import { codeFile } from '../parts/loader.ts';
import { licencesOf } from './licences.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Is written last. */
const licences = join(dist, 'licences.txt');

// npm prepares again for every user who starts the program through npx: what is up to date is left alone.
if (!process.argv.includes('--if-stale') || !upToDate()) {
  rmSync(dist, { recursive: true, force: true });
  const built = await bundleProgram(root, dist);
  // As the program is started: options for this process would be flags of the V8 that makes the code.
  execFileSync(process.execPath, [join(root, 'parts/code.ts')], { env: {}, stdio: 'inherit' });
  writeFileSync(
    licences,
    licencesOf(
      root,
      Object.values(built).flatMap(({ inputs }) => Object.keys(inputs)),
    ),
  );
}

/** Whether what is built is newer than everything that it is made from, and has code of this Node. */
function upToDate(): boolean {
  if (!existsSync(codeFile(join(dist, 'chunks/everyday.cjs'), process))) return false;
  const built = statSync(licences, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['src', 'parts', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  );
  return [...sources, join(root, 'package-lock.json')].every((path) => statSync(path).mtimeMs < built);
}
