import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/parse/global-options.ts';
import { lookAhead } from '../../src/cli/parse/invocation.ts';
import { plainCommandLine } from '../../src/cli/parse/plain-command-line.ts';
import { parseCommandLine } from '../../src/cli/parse/program.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { OtpctlError } from '../../src/domain/errors.ts';

const VALUES = [
  'json',
  'table',
  '10',
  '1',
  'ada',
  'TOTP',
  'V',
  '90d',
  '2026-01-01',
  '30s',
  'a=b',
  '',
  '-',
  '-1',
  '-q',
  '--',
];

/** A command line as somebody might write it: words of a command, its options and others', values that fit and do not. */
async function lines(name: string) {
  const command = await COMMANDS.find((known) => known.name === name)?.load();
  const options = [...Object.values(GLOBAL_OPTIONS), ...Object.values(command?.options ?? {})];
  const flags = options.flatMap(({ flags }) => flags.match(/--?[a-z][a-z-]*/g) ?? []);
  const value = fc.constantFrom(...VALUES);
  const option = fc.constantFrom(...flags);
  const part = fc.oneof(
    value.map((text) => [text]),
    option.map((flag) => [flag]),
    fc.tuple(option, value),
    fc.tuple(option, value).map(([flag, text]) => [`${flag}=${text}`]),
    fc.constantFrom('--help', '-ojson', '-qv', '--unknown').map((flag) => [flag]),
  );
  const parts = fc.array(part, { maxLength: 4 });
  return fc
    .tuple(fc.array(fc.tuple(option, value), { maxLength: 1 }), parts)
    .map(([before, after]) => [...before.flat(), ...name.split(' '), ...after.flat()]);
}

async function withCommander(argv: readonly string[], words: readonly string[]) {
  try {
    return await parseCommandLine(argv, words, { version: '0', width: 80 });
  } catch (error) {
    if (error instanceof OtpctlError) return error.message;
    throw error;
  }
}

describe('a plain command line', () => {
  it('is what commander reads in it, where it is read at all', async () => {
    let read = 0;
    for (const { name } of COMMANDS) {
      const property = fc.asyncProperty(await lines(name), async (argv) => {
        const { words } = lookAhead(argv);
        const plain = await plainCommandLine(argv, words);
        if (plain === undefined) return;
        read++;
        expect(plain).toEqual(await withCommander(argv, words));
      });
      await fc.assert(property, { numRuns: 60 });
    }
    expect(read).toBeGreaterThan(COMMANDS.length);
  });

  it.each([
    'device list --limit 10 -o json',
    '-o json device list --type TOTP --type HOTP --status V',
    'device show --user=ada --no-color',
    'device verify TOTP00000001 000000 -q',
    'bulk runs',
    'doctor -v',
  ])('is read from  %s', async (line) => {
    const argv = line.split(' ');
    const { words } = lookAhead(argv);
    const plain = await plainCommandLine(argv, words);
    expect(plain).toMatchObject({ kind: 'run' });
    expect(plain).toEqual(await withCommander(argv, words));
  });

  it.each([
    'device list --help',
    'device list --limit',
    'device list --limit x',
    'device list --limit 1 --limit 2',
    'device list --text -q',
    'device list extra',
    'device --limit 10 list',
    'device show -- 1',
    'device',
    'settings get',
    '--version',
  ])('is left to commander in  %s', async (line) => {
    const argv = line.split(' ');
    expect(await plainCommandLine(argv, lookAhead(argv).words)).toBeUndefined();
  });
});
