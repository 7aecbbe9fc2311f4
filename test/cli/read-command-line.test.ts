import { Option as CommanderOption } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/parse/global-options.ts';
import { createProgram, helpOrMistake } from '../../src/cli/parse/help-or-mistake.ts';
import type { Options } from '../../src/cli/parse/option.ts';
import { readCommandLine, splitCommandLine } from '../../src/cli/parse/read-command-line.ts';
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
    fc
      .constantFrom('--help', '-h', '--version', '-V', '-ojson', '-qv', '-vojson', '-qx', '-v-', '--', '--unknown')
      .map((flag) => [flag]),
  );
  const [noun = '', ...verb] = name.split(' ');
  return fc
    .tuple(fc.array(part, { maxLength: 1 }), fc.array(part, { maxLength: 1 }), fc.array(part, { maxLength: 4 }))
    .map(([before, between, after]) => [...before, [noun], ...between, verb, ...after].flat());
}

/** What commander reads in a command line; its sentence, where there is a mistake or help. */
async function withCommander(argv: readonly string[]) {
  const { words } = splitCommandLine(argv);
  const command = await COMMANDS.find(({ name }) => name === words.join(' '))?.load();
  const program = createProgram(words, command, { version: '0', width: 80 }, []);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
  const sub = words.reduce((at, word) => at.commands.find((each) => each.name() === word) ?? at, program);
  return {
    command,
    options: byKey(GLOBAL_OPTIONS, program.opts()),
    input: { arguments: sub.args, options: byKey(command?.options ?? {}, sub.opts()) },
  };
}

/** The values that commander has, by our keys: a flag that is not given has none. */
function byKey(options: Options, values: Readonly<Record<string, unknown>>) {
  const given: Record<string, unknown> = {};
  for (const [key, { flags }] of Object.entries(options)) {
    const option = new CommanderOption(flags);
    const value = values[option.attributeName()];
    if (value !== undefined && !(option.negate && value === true)) given[key] = value;
  }
  return given;
}

/** What we read in a command line, with the last value of each repeatable option, which is the one that commander keeps. */
async function read(argv: readonly string[]) {
  const call = await readCommandLine(splitCommandLine(argv));
  if (call === undefined) return undefined;
  const { command, options, input } = call;
  const last = Object.entries(input.options).map(([key, value]) => [
    key,
    command.options[key]?.repeatable && Array.isArray(value) ? value.at(-1) : value,
  ]);
  return { command, options, input: { ...input, options: Object.fromEntries(last) } };
}

describe('a command line', () => {
  it('that commander makes sense of is read, and as commander does; the others are help or a mistake', async () => {
    let runs = 0;
    for (const { name } of COMMANDS) {
      const property = fc.asyncProperty(await lines(name), async (argv) => {
        const call = await read(argv);
        if (call !== undefined) {
          runs++;
          expect(call).toEqual(await withCommander(argv));
          return;
        }
        const { words } = splitCommandLine(argv);
        await helpOrMistake(argv, words, { version: '0', width: 80 }).catch((error) => {
          expect(error).toBeInstanceOf(OtpctlError);
        });
      });
      await fc.assert(property, { numRuns: 60 });
    }
    expect(runs).toBeGreaterThan(COMMANDS.length);
  });

  it.each([
    'device list --limit 10 -o json',
    '-o json device list --type TOTP --type HOTP --status V',
    'device show --user=ada --no-color',
    'device verify TOTP00000001 000000 -q',
    'bulk runs',
    'doctor -v',
    'device --store x.db list -vqojson',
    '-vo json device show 1',
    '-o json -- device show 1',
    'device show -- 1',
    'device -- show --help',
    'device list --text --limit --user=-v',
    'device resync 1 -1 -2.5',
    'device enable -',
  ])('is read from  %s', async (line) => {
    const argv = line.split(' ');
    const call = await read(argv);
    expect(call).toBeDefined();
    expect(call).toEqual(await withCommander(argv));
  });

  it('keeps every value of a repeatable option, in order', async () => {
    const argv = 'device list --type TOTP --status V --type HOTP'.split(' ');
    expect(await readCommandLine(splitCommandLine(argv))).toMatchObject({
      input: { options: { type: ['TOTP', 'HOTP'], status: ['V'] } },
    });
  });

  it.each([
    'device list --help',
    'device list --limit',
    'device list --limit x',
    'device list --limit 1 --limit 2',
    'device list --text -q',
    'device list --text --version',
    'device list -q1',
    'device list extra',
    'device --limit 10 list',
    '-1 device list',
    'device',
    'settings get',
    '--version',
    '-vV device list',
  ])('runs nothing from  %s', async (line) => {
    const argv = line.split(' ');
    expect(await readCommandLine(splitCommandLine(argv))).toBeUndefined();
    expect(await withCommander(argv)).toEqual(expect.any(String));
  });
});

describe('the words of a subcommand, and the format of errors', () => {
  it.each([
    ['device list --type totp', 'device list', 'table'],
    ['-o json why ada', 'why', 'json'],
    ['store key show x', 'store key show', 'table'],
    ['-vo json device lst', 'device lst', 'json'],
    ['-vojsonl device show', 'device show', 'jsonl'],
    ['-o json -- audit verify x', 'audit verify', 'json'],
    ['device --limit 10 list -o csv', 'device 10', 'csv'],
    ['device show -o json -o nonsense', 'device show', 'json'],
    ['device show -o=json', 'device show', 'json'],
    ['device show --text -- -o json', 'device show', 'table'],
    ['--profile --store device list', 'device list', 'table'],
    ['--help', '', 'table'],
  ])('of  %s  are  %s  and  %s', (line, words, format) => {
    expect(splitCommandLine(line.split(' '))).toMatchObject({ words: words.split(' ').filter(Boolean), format });
  });
});
