import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDigest } from '../../src/formats/plan-file.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';
import { hostileText } from '../support/hostile-text.ts';

/** Exit codes of what somebody did wrong, or that went well: nothing is a bug, and nothing damaged. */
const EXPECTED = [0, 1, 2, 3, 5, 6];

/** Command lines with hostile texts where they take any. */
const commands = (text: string, more: string): readonly (readonly string[])[] => [
  ['user', 'set', text, '--attr', `${more}=x`],
  ['user', 'set', 'ada', '--attr', `${text}=`],
  ['user', 'set', 'ada', '--attr', `city=${text}`],
  ['user', 'remove', text],
  ['device', 'create', 'totp', '--user', text, '--show-secret', '--issuer', more],
  ['device', 'create', 'email', '--user', 'ada', '--email', text],
  ['device', 'create', 'sms', '--user', 'ada', '--phone', text],
  ['device', 'update', '2', '--email', text],
  ['device', 'lock', '1', '--reason', text, '--ticket', more],
  ['device', 'unlock', '1', '--reason', more],
  ['device', 'verify', '1', text],
  ['device', 'resync', '1', text, more],
  ['apikey', 'create', text, '--role', 'query'],
  ['apikey', 'rotate', text],
  ['apikey', 'revoke', text],
  ['settings', 'set', `totp.issuer=${text}`],
  ['settings', 'set', `email.body=${text}`, `email.subject=${more}`],
  ['settings', 'set', `${text}=1`],
  ['settings', 'unset', text],
  ['ds100', 'add', '140100080', '--token-serial', '012345678901', '--user-id', text, '--user', more],
  ['bulk', 'update', '--set-status', 'disabled', '--user', 'ada', '--yes', '--reason', text],
];

async function store() {
  const home = temporaryHome();
  const clock = fixedClock();
  const run = (argv: readonly string[], stdin = '') => {
    clock.advance(61);
    return otpctl(argv, { home, clock, stdin });
  };
  await run(['device', 'create', 'totp', '--user', 'ada', '--show-secret']);
  const url = join(home, 'url');
  writeFileSync(url, 'smtp://127.0.0.1:1', { mode: 0o600 });
  const settings = ['email.from=otp@example.com', `email.smtpUrl=@${url}`];
  expect(await run(['settings', 'set', ...settings])).toMatchObject({ exit: 0 });
  return { home, run };
}

type Store = Awaited<ReturnType<typeof store>>;

async function expectSound({ home, run }: Store) {
  expect(await run(['audit', 'verify'])).toMatchObject({ exit: 0 });
  expect(await run(['store', 'check'])).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
  expect(await run(['store', 'backup', join(home, 'b.backup')])).toMatchObject({ exit: 0 });
}

function expectClean({ exit, stdout, stderr }: { exit: number; stdout: string; stderr: string }, what: unknown) {
  if (!EXPECTED.includes(exit)) throw new Error(`exit ${exit}: ${JSON.stringify(what)}: ${stderr}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would act upon.
  expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff]/u);
}

describe('hostile texts', () => {
  it('on the command line leave a store that is sound, and are no bug', async () => {
    const made = await store();
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, fc.nat(), async (text, more, which) => {
        const all = commands(text, more);
        const argv = all[which % all.length] ?? [];
        // What begins with a hyphen is an option.
        if (argv.slice(2).some((word) => word.startsWith('-') && !/^--?[a-z]/.test(word))) return;
        expectClean(await made.run(argv), argv);
      }),
      { seed: 17, numRuns: 250 },
    );
    await expectSound(made);
  });

  it('in files of users, enrolments, settings and DS100 leave a store that is sound, and are no bug', async () => {
    const made = await store();
    const { home, run } = made;
    const file = join(home, 'input');
    const row = fc.tuple(hostileText, hostileText, hostileText);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(), async (rows, which) => {
        const lines = (each: (row: readonly [string, string, string]) => object) =>
          rows.map((one) => `${JSON.stringify(each(one))}\n`).join('');
        const csv = (head: string) =>
          `${head}\n${rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')}\n`;
        const [text = '', more = ''] = rows[0] ?? [];
        const inputs: readonly (readonly [string, readonly string[]])[] = [
          [lines(([name, city]) => ({ name, city })), ['user', 'import']],
          [lines(([name, key, value]) => ({ name, [key]: value })), ['user', 'import']],
          [csv('name,city,fullName'), ['user', 'import']],
          [lines(([user, email]) => ({ type: 'EMAIL', user, email })), ['bulk', 'create', '--yes']],
          [csv('user,email,phone').replace('user,', 'user,').replaceAll('\n"', '\n"'), ['bulk', 'create', '--yes']],
          [`totp.issuer = ${JSON.stringify(text)}\n`, ['settings', 'import', '--yes']],
          [`${JSON.stringify(text)}.x = ${JSON.stringify(more)}\n`, ['settings', 'import', '--yes']],
          [
            lines(([userId, name, email]) => ({
              deviceSerialNumber: '140100080',
              tokenSerialNumber: '012345678901',
              userId,
              name,
              email,
            })),
            ['ds100', 'import'],
          ],
          [lines(([serial]) => ({ serial })), ['ds100', 'disable', '--yes', '--from']],
        ];
        const [content, argv] = inputs[which % inputs.length] as (typeof inputs)[number];
        writeFileSync(file, content);
        expectClean(await run([...argv, file, '--reason', 'r', ...(argv[0] === 'user' ? ['--force'] : [])]), content);
      }),
      { seed: 17, numRuns: 60 },
    );
    await expectSound(made);
  });

  it('in plans leave a store that is sound, and are no bug', async () => {
    const made = await store();
    const plan = join(made.home, 'plan');
    const planned = await made.run([
      'bulk',
      'update',
      '--set-status',
      'disabled',
      '--user',
      'ada',
      '--plan-out',
      plan,
      '--yes',
    ]);
    expect(planned.exit).toBe(0);
    const { readFileSync } = await import('node:fs');
    const [, intro = '', row = ''] = readFileSync(plan, 'utf8').split('\n');
    await fc.assert(
      fc.asyncProperty(
        hostileText,
        fc.constantFrom('reason', 'ticket', 'name', 'user', 'rule', 'id', 'place'),
        async (text, field) => {
          const inHead = ['reason', 'ticket', 'place'].includes(field);
          const change = (line: string, here: boolean) =>
            here ? JSON.stringify({ ...JSON.parse(line), [field]: text }) : line;
          const body = [change(intro, inHead), change(row, !inHead)].join('\n');
          writeFileSync(plan, `${JSON.stringify({ sha256: planDigest(Buffer.from(body)) })}\n${body}\n`);
          expectClean(await made.run(['bulk', 'apply', plan, '--yes']), body);
          await made.run(['device', 'enable', '1']);
        },
      ),
      { seed: 17, numRuns: 60 },
    );
    await expectSound(made);
  });
});
