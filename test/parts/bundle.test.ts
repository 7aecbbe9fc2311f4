import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleProgram } from '../../parts/bundle.ts';
import { createPartLoader } from '../../parts/loader.ts';
import { ROOT } from '../support/process.ts';

const CHUNKS = join(ROOT, 'dist/chunks');

describe('the program in its parts', () => {
  it('has each module in one file, so that no process can have it twice', async () => {
    const outputs = await bundleProgram(ROOT, join(ROOT, 'dist'), { write: false });
    const files = new Map<string, string[]>();
    for (const [file, { inputs }] of Object.entries(outputs)) {
      // These are processes and threads of their own.
      if (/(keyring-child|read-thread)\.cjs$/.test(file)) continue;
      // What has a colon is no module, but a word that stands for one.
      for (const path of Object.keys(inputs).filter((path) => !path.includes(':'))) {
        files.set(path, [...(files.get(path) ?? []), file]);
      }
    }
    expect(files.get('src/domain/errors.ts')).toEqual(['dist/chunks/everyday.cjs']);
    expect(files.size).toBeGreaterThan(1000);
    expect([...files].filter(([, found]) => found.length > 1)).toEqual([]);
  });

  it('gives a module that several parts ask for as one', () => {
    const load = createPartLoader({ node: process, require, folder: CHUNKS });
    const name = 'part:everyday/src/domain/errors.ts';
    const first = load(name) as { readonly OtpctlError: new (...given: unknown[]) => Error };
    expect(load(name)).toBe(first);
    expect(new first.OtpctlError('usage', 'no')).toBeInstanceOf(first.OtpctlError);
  });

  it('leaves modules of Node to Node', () => {
    const load = createPartLoader({
      node: process,
      require: ((name: string) => name) as NodeJS.Require,
      folder: CHUNKS,
    });
    expect(load('node:fs')).toBe('node:fs');
  });
});

describe('a trace', () => {
  it('is said in lines of the source', () => {
    const text = 'list devices';
    const lines = readFileSync(join(CHUNKS, 'everyday.cjs'), 'utf8').split('\n');
    const line = lines.findIndex((each) => each.includes(text));
    const place = `${join(CHUNKS, 'everyday.cjs')}:${line + 1}:${(lines[line] ?? '').indexOf(text)}`;
    const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/trace.ts')], {
      input: `Error: no\n    at ab (${place})\n    at node:fs:1:2\n`,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Error: no\n {4}at ab \(src\/cli\/[\w/-]+\.ts:\d+:\d+\)\n {4}at node:fs:1:2\n$/);
  });
});
