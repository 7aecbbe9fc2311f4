// Says which lines of the source a trace of a bug is about, which comes on stdin: the part of everyday commands has short
// names, and each part is one long line. To be run on the release that the trace is of.

import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleProgram } from '../parts/bundle.ts';

const root = resolve(import.meta.dirname, '..');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-trace-'));
await bundleProgram(root, folder.path, { sourcemap: 'external' });
const trace = readFileSync(0, 'utf8');
console.log(
  trace
    .trimEnd()
    .replaceAll(/[^\s(]*[\\/](chunks[\\/][\w-]+\.cjs):(\d+):(\d+)/g, (place, file: string, line, column) => {
      const map = JSON.parse(readFileSync(join(folder.path, `${file.replace('\\', '/')}.map`), 'utf8'));
      const found = new SourceMap(map).findOrigin(Number(line), Number(column));
      if (!('fileName' in found)) return place;
      return `${found.fileName.replace(/^.*?(?=src\/|node_modules\/)/, '')}:${found.lineNumber}:${found.columnNumber}`;
    }),
);
