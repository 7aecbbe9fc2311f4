import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/parse/global-options.ts';
import { helpOrMistake } from '../../src/cli/parse/help-or-mistake.ts';
import { readCommandLine, splitCommandLine } from '../../src/cli/parse/read-command-line.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { CANDIDATE_KINDS } from '../../src/ports/store/candidates.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { homeOfFile, storeOf } from '../support/home.ts';
import { textsLike } from '../support/mutants.ts';

const loaded = await Promise.all(COMMANDS.map(async ({ name, load }) => ({ name, command: await load() })));

/** Values that something takes somewhere. */
const VALUES = textsLike(
  'json',
  'ada',
  'totp',
  'enabled',
  '1',
  '90d',
  '2022-01-01',
  'totp.digits=8',
  'k=v',
  'id eq "1"',
  'ada@example.com',
  '+34666555444',
  '123456',
  'https://idm.example.com/scim/v2',
  '-',
  'user,status',
  '600/min',
  '140100080',
);

/** A command line: a command, options that it has and others that it has not, values that fit and that do not. */
const lines = fc.constantFrom(...loaded).chain(({ name, command }) => {
  const flags = [...Object.values(GLOBAL_OPTIONS), ...Object.values(command.options)].flatMap(
    ({ flags: written }) => written.match(/--?[a-z][a-z-]*/g) ?? [],
  );
  const option = fc.constantFrom(...flags);
  const part = fc.oneof(
    VALUES.map((text) => [text]),
    option.map((flag) => [flag]),
    fc.tuple(option, VALUES).map(([flag, text]) => [flag, text]),
    fc.tuple(option, VALUES).map(([flag, text]) => [`${flag}=${text}`]),
    textsLike('--help', '-ojson', '--columns').map((text) => [text]),
  );
  return fc
    .tuple(fc.constant(name), fc.array(part, { maxLength: 5 }))
    .map(([words, parts]) => [...words.split(' '), ...parts.flat()]);
});

const VARIABLES = [
  'OTPCTL_PROFILE',
  'OTPCTL_STORE',
  'OTPCTL_URL',
  'OTPCTL_USERNAME',
  'OTPCTL_PASSWORD',
  'OTPCTL_TOKEN',
  'OTPCTL_MASTER_KEY',
  'OTPCTL_MASTER_KEY_FILE',
  'OTPCTL_RSA_URL',
  'OTPCTL_RSA_KEY',
  'OTPCTL_RSA_KEY_FILE',
  'HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NO_COLOR',
  'TERM',
  'CI',
];

/** What a process can have in its environment or in its arguments at all. */
const sendable = (text: string) => text.toWellFormed().replaceAll('\0', '').slice(0, 20_000);

/** Commands that touch nothing outside of the home, and ask no server that is not there. */
const HARMLESS = [
  'device list -o json',
  'device show 1',
  'device verify 1 123456',
  'settings list',
  'user list',
  'audit list',
  'store info',
  'profile list',
  'profile show local',
  'bulk runs',
  'ds100 list',
];

describe('a command line', () => {
  const home = homeOfFile();
  let good: Buffer;
  beforeAll(async () => {
    await otpctl(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home: home(), clock: fixedClock() });
    good = readFileSync(storeOf(home()));
  });
  const environments = fc.dictionary(
    fc.constantFrom(...VARIABLES),
    textsLike(
      'prod',
      'https://127.0.0.1:9/scim/v2',
      'http://127.0.0.1:9/soffid/webservice/scim2/v1',
      Buffer.alloc(32, 7).toString('base64'),
      '{"accessID":"a","accessKey":"b","adminRestApiUrl":"https://127.0.0.1:9/"}',
      'http://user:pass@127.0.0.1:9',
      '127.0.0.1',
      'true',
    ),
    { minKeys: 1, maxKeys: 4 },
  );

  eachAnswersOrRefuses([
    reader('words and options', lines, async (argv) => {
      const line = splitCommandLine(argv);
      if ((await readCommandLine(line)) === undefined)
        await helpOrMistake(argv, line.words, { version: '0', width: 80 });
    }),
    reader(
      'what the environment says',
      fc.tuple(fc.constantFrom(...HARMLESS), environments),
      async ([line, environment]) => {
        // A place that begins with a slash is one of this machine: below the home it does no harm.
        const given = Object.entries(environment).map(([name, text]) => [
          name,
          text.startsWith('/') ? join(home(), sendable(text)) : sendable(text),
        ]);
        const stays = { HOME: home(), XDG_CONFIG_HOME: join(home(), '.config') };
        await otpctl([...line.split(' '), '--timeout', '1s'], {
          home: home(),
          clock: fixedClock(),
          sleep: async () => {},
          environment: { ...Object.fromEntries(given), ...stays },
        });
      },
    ),
    reader(
      'what a shell wants completed',
      fc.tuple(textsLike(...CANDIDATE_KINDS), VALUES, fc.array(VALUES, { maxLength: 2 })),
      async ([kind, prefix, more]) => {
        writeFileSync(storeOf(home()), good);
        await otpctl(['__complete', kind, prefix, ...more], { home: home(), clock: fixedClock() });
      },
    ),
  ]);
});
