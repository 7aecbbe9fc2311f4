// Writes the files that are generated from the command registry and the migrations: run it after every change of these.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generated } from './generated.ts';

const root = resolve(import.meta.dirname, '..');
for (const [path, text] of Object.entries(await generated())) writeFileSync(join(root, path), text);
