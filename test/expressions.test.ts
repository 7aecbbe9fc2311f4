import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expressionsIn, problemsOf } from '../scripts/expressions.ts';

const shown = (text: string) =>
  expressionsIn('x.ts', text).map(({ place, literal }) =>
    literal === undefined ? `${place} at run time` : `${place} /${literal.source}/${literal.flags}`,
  );

describe('the check of expressions', () => {
  it('finds literals wherever one may stand', () => {
    const text = [
      'const a = /a+$/; // /no/',
      "const b = `text ${'x'.replace(/[/`]+$/giu, '')} /no/`;",
      'class C<T extends RegExp> { static readonly d = /d/y; e = (x = /e/) => x; }',
      'if (a) /f/.test("/no/"); const g = 4 / 2 / 1;',
      'const h: RegExp = /h\\/"/ as RegExp; type I = `${string}/no/`;',
      'function* j() { yield /j/; return b++ / 2 / g; }',
      'const k = { [/k/.source]: [/l/v] } satisfies object;',
    ].join('\n');
    expect(shown(text)).toEqual([
      'x.ts:1 /a+$/',
      'x.ts:2 /[/`]+$/giu',
      'x.ts:3 /d/y',
      'x.ts:3 /e/',
      'x.ts:4 /f/',
      'x.ts:5 /h\\/"/',
      'x.ts:6 /j/',
      'x.ts:7 /k/',
      'x.ts:7 /l/v',
    ]);
  });

  it('reads what is made of a constant, and refuses what is made at run time', () => {
    const text = [
      "new RegExp('a+$', 'u');",
      'RegExp("b");',
      'new RegExp(`c${x}`);',
      "new RegExp('d' + x);",
      'new RegExp(x);',
      "new RegExp('e', flags);",
      'new globalThis.RegExp(x);',
      'const R = RegExp;',
      'Reflect.construct(RegExp, [x]);',
      "x.match('f+$');",
      'x.matchAll(`g${x}`);',
      "x.search('h' + x);",
      "x.match(pattern); x instanceof RegExp; let i: RegExp | readonly RegExp[]; x.replace('j', '');",
    ].join('\n');
    expect(shown(text)).toEqual([
      'x.ts:1 /a+$/u',
      'x.ts:2 /b/',
      ...[3, 4, 5, 6, 7, 8, 9].map((line) => `x.ts:${line} at run time`),
      'x.ts:10 /f+$/',
      'x.ts:11 at run time',
      'x.ts:12 at run time',
    ]);
    expect(() => shown('const a = ;')).toThrow('x.ts cannot be parsed');
  });

  it('knows linear ones from others', async () => {
    const slow = [
      '/(?:a|a)*b/',
      '/(?:[ \\t\\r\\n]+|#[^\\n]*)*/y',
      '/\\s+$/',
      '/=+$/',
      '/"[^x]*x/g',
      '/\\$\\{[^}]*\\}/',
      '/([a-z]+)@([a-z]+)$/i',
    ];
    const linear = ['/^(?:[0-9]{2})*$/', '/^\\s*(\\w+)$/u', '/[,;]/g', '/"(?:[^"\\\\]|\\\\.)*"?/g'];
    const problems = await problemsOf(
      expressionsIn('x.ts', [...slow, ...linear].map((each) => `f(${each});`).join('\n')),
    );
    expect(problems.map((each) => each.split(' ')[0])).toEqual(slow.map((_, at) => `x.ts:${at + 1}`));
    expect(problems[1]).toContain('takes more than linear time (exponential)');
    expect(await problemsOf(expressionsIn('x.ts', 'RegExp(x)'))).toEqual([
      'x.ts:1 is made at run time: write it as a literal, or a scanner',
    ]);
  });

  it('fails with the file and the line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'expressions-'));
    writeFileSync(join(folder, 'good.ts'), 'export const good = /^a$/;\n');
    const script = join(import.meta.dirname, '../scripts/expressions.ts');
    const run = () => spawnSync(process.execPath, [script, folder], { cwd: folder, encoding: 'utf8' });
    expect(run()).toMatchObject({ status: 0, stdout: '1 expressions take linear time\n' });
    writeFileSync(join(folder, 'bad.ts'), '\n\nexport const bad = /a+b*a+$/;\n');
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^bad\.ts:3 takes more than linear time/) });
  });
});
