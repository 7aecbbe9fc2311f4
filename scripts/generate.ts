// Writes the files that are generated from the command registry: run it after every change of a command.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generated } from './generated.ts';

const root = resolve(import.meta.dirname, '..');
for (const [path, text] of Object.entries(await generated())) writeFileSync(join(root, path), text);
