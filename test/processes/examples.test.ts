import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOPICS } from '../../src/cli/parse/help-topics.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { type ExampleWorld, exampleWorld } from '../support/example-home.ts';
import { environmentOf } from '../support/home.ts';
import { command, type ProcessOutcome } from '../support/process.ts';

/** What must have been done before some examples, in the shell, in the order of this list. */
const BEFORE: readonly (readonly [RegExp, string])[] = [
  [/^store restore team/, 'otpctl store init --store ./team.db && otpctl store backup team.backup --store ./team.db'],
  [
    /^store (?:backup|restore) .*--passphrase-file/,
    'mkdir backup && (umask 077; echo correct horse battery > ~/.backup-pass) && otpctl store backup otpctl.backup --passphrase-file ~/.backup-pass',
  ],
  [/^store init$/, 'rm -r ~/.local/share/otpctl'],
  [/^store init|^profile add team/, ''],
  [/--store (\S+)/, 'otpctl store init --store $1'],
  [/^bulk create|^device create .*--qr-file/, 'mkdir -p codes'],
  [
    /^bulk apply/,
    'otpctl bulk disable-stale --unused-for 180d --never-used include --plan-out stale.plan -y >plan.out 2>&1',
  ],
  [/^ds100 (?!add|import).*--user-id (\S+)/, 'otpctl ds100 add 140100080 --token-serial 014010008031 --user-id $1'],
  [
    /^ds100 (?!add|import)/,
    'otpctl ds100 add 140100080 --token-serial 014010008031 --user-id ece30fe9-414c-7536-5403-0656220b3046 --user ada@example.com',
  ],
  [/^apikey create berlin/, ':'],
  [/^apikey create (\S+)/, 'otpctl apikey revoke $1'],
  [/^profile add work/, 'otpctl profile remove work'],
  [/^bulk delete --from/, 'otpctl device disable 6'],
  [/^audit verify audit\.jsonl/, 'otpctl audit export > audit.jsonl'],
  [/^audit prune/, 'otpctl audit export'],
  [/--new-key-file/, '(umask 077; head -c 32 /dev/urandom | base64 > next.key)'],
];

/** What a person at a terminal would do: answer, sign in, or use the digest that they were told. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/profile add work (.*)--username ada$/, 'profile add work $1--token-stdin < token'],
  [/profile login work$/, 'profile login work --token-stdin < token'],
  [/"\$DIGEST"/, '"$(grep -o -m1 -E "[0-9a-f]{64}" plan.out)"'],
  [/https:\/\/idm\.example\.com(\/scim\/v2)?/, 'URL'],
  [/--host 0\.0\.0\.0 --port 8443/, '--host 0.0.0.0 --port 0'],
  [/--socket \S+/, '--socket ./http.sock'],
  [/^serve$/, 'serve --port 0'],
  [/\/backup\//, 'backup/'],
  [/--new-key-file \S+/, '--new-key-file next.key'],
  // A machine that runs tests may have no keyring.
  [/--to keyring/, '--to file'],
];

/** A verdict is what a code gets that is none. */
const NO = [/^device verify /, /^doctor/];

/** The words of the shell that make an example ready, and then the example. */
function scriptOf(line: string, url: string): string {
  const [pattern, prepare = ''] = BEFORE.find(([known]) => known.test(line)) ?? [];
  const parts = pattern?.exec(line) ?? [];
  const setUp = prepare.replace(/\$(\d)/g, (_, at) => parts[Number(at)] ?? '');
  const meant = INSTEAD.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
  return `${setUp === '' ? '' : `{ ${setUp}; } >set-up.out 2>&1 || { cat set-up.out >&2; exit 99; }\n`}otpctl ${meant.replaceAll('URL', url)}`;
}

async function runExample(line: string, world: ExampleWorld): Promise<ProcessOutcome> {
  const script = scriptOf(line, world.url);
  const outcome = await inShell(script, world);
  // A question: this is nobody's terminal, so it is answered beforehand.
  if (outcome.exit === 2 && outcome.stderr.includes('--yes')) return inShell(`${script} --yes`, world);
  return outcome;
}

function inShell(script: string, world: ExampleWorld): Promise<ProcessOutcome> {
  const home = world.copy();
  const environment = { PATH: `${join(home, 'bin')}:${process.env['PATH']}` };
  const line = `cd '${join(home, 'work')}' && set -o pipefail\n${script}`;
  if (!/^otpctl serve/m.test(script)) return command('bash', ['-c', line], { home, environment });
  return untilItListens(line, environmentOf(home, environment));
}

/** A server is asked to end when it says that it listens. */
function untilItListens(line: string, env: Record<string, string>): Promise<ProcessOutcome> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', line.replace(/\notpctl serve/, '\nexec otpctl serve')], { env });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      if (stderr.includes('listening on')) child.kill('SIGTERM');
    });
    child.on('close', (exit) => resolve({ exit, stdout: '', stderr }));
  });
}

describe('the examples of the help', () => {
  it('run, each on a store that has what it names', { timeout: 300_000 }, async () => {
    const world = await exampleWorld();
    const wrong: unknown[] = [];
    for (const { name, load } of COMMANDS) {
      const { examples } = await load();
      if (examples.length < 2) wrong.push({ name, examples: examples.length });
      await Promise.all(
        examples.map(async ({ line }) => {
          const { exit, stderr } = await runExample(line, world);
          const fine = exit === 0 || (exit === 1 && NO.some((pattern) => pattern.test(line)));
          if (!fine) wrong.push({ line, exit, stderr });
        }),
      );
    }
    for (const [topic, { load }] of Object.entries(TOPICS)) {
      const lines = (await load()).match(/^ {2}otpctl .*$/gm) ?? [];
      if (lines.length === 0) wrong.push({ topic, examples: 0 });
      // One after the other: what one writes another may read.
      const { exit, stderr } = await inShell(`set -e\n${lines.join('\n')}`, world);
      if (exit !== 0 && !(exit === 1 && topic === 'exit-codes')) wrong.push({ topic, exit, stderr });
    }
    expect(wrong).toEqual([]);
  });
});
