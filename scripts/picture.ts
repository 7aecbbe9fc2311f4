// Draws the terminal of README.md, by the built program and tmux: run it after a change of what a command prints.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PICTURE, terminalPicture } from './picture/terminal-picture.ts';

writeFileSync(join(resolve(import.meta.dirname, '..'), PICTURE), await terminalPicture());
