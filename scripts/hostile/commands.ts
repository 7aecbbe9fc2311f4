import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from './run.ts';
import { held, type World } from './world.ts';

const SOFFID = '/soffid/webservice/scim2/v1';

/** A server whose devices are called what an attacker likes. */
function serving(world: World, resource: object): Promise<number> {
  const list = { totalResults: 1, startIndex: 1, Resources: [resource] };
  return world.answering((request, response) => {
    response.setHeader('content-type', 'application/scim+json');
    const one = /\/OtpDevice\/[^?]+/.test(request.url ?? '');
    response.end(JSON.stringify(request.method === 'GET' ? (one ? resource : list) : resource));
  });
}

const remote = (port: number) => ({ OTPCTL_URL: `http://127.0.0.1:${port}${SOFFID}`, OTPCTL_TOKEN: 'x' });

export const commands: readonly Attack[] = [
  {
    number: 7,
    name: 'a plan that names one device and has the id of another changes neither',
    async attempt(world) {
      const [victim, other] = [await world.totp('admin'), await world.totp('u2')];
      const plan = join(world.home, 'plan');
      await world.must(['bulk', 'update', '--set-status', 'D', '--user', 'u2', '--plan-out', plan]);
      const [, head = '', row = ''] = readFileSync(plan, 'utf8').split('\n');
      const forged = row.replace(`"id":"${other}"`, `"id":"${victim}"`);
      const body = [head, forged].join('\n');
      const digest = createHash('sha256').update(body).digest('hex');
      writeFileSync(plan, `${JSON.stringify({ sha256: digest })}\n${body}\n`, { mode: 0o600 });
      const applied = await world.run(['bulk', 'apply', plan, '--yes', '--last-device', 'warn']);
      const shown = JSON.parse(await world.must(['device', 'show', victim, '-o', 'json'])) as { status: string };
      held(shown.status === 'V', `the device of admin is ${shown.status} after it (exit ${applied.exit})`);
      const log = await world.must(['audit', 'list', '-o', 'jsonl']);
      held(!/"action":"device\.disable"[^\n]*u2/.test(log) || shown.status === 'V', 'the log names the wrong device');
    },
  },
  {
    number: 8,
    name: 'what somebody disables for cause is not enabled by the undo of a run',
    async attempt(world) {
      const id = await world.totp('ada');
      await world.must(['bulk', 'update', '--set-status', 'D', '--user', 'ada', '--yes', '--last-device', 'warn']);
      await world.must(['device', 'disable', id, '--reason', 'stolen phone']);
      held(/stolen phone/.test(await world.must(['audit', 'list', '-o', 'jsonl'])), 'the log does not have the reason');
      await world.run(['bulk', 'undo', '1', '--yes']);
      const { status } = JSON.parse(await world.must(['device', 'show', id, '-o', 'json'])) as { status: string };
      held(status === 'D', `after the undo it is ${status}`);
    },
  },
  {
    number: 12,
    name: '--if-enrolled is no for a user with a locked device, whatever the type that is asked for',
    async attempt(world) {
      const id = await world.totp('ada');
      await world.must(['device', 'lock', id]);
      for (const more of [['--type', 'pin'], ['--type', 'email'], ['--type', 'totp'], []]) {
        const { exit } = await world.run(['device', 'verify', '--user', 'ada', '--if-enrolled', ...more, '000000']);
        held(exit !== 0, `--if-enrolled ${more.join(' ')} is exit 0`);
      }
    },
  },
  {
    number: 13,
    name: 'a hint that is pasted runs nothing, and names what it is about',
    async attempt(world) {
      const marker = join(world.home, 'pwned');
      const id = world.pick([
        '--user=victim',
        '-y',
        `$(touch ${marker})`,
        `;touch ${marker};`,
        `'\n touch ${marker}\n'`,
        '`id`',
        '~root',
        '!!',
        '* ?',
        '',
      ]);
      const name = world.pick([`--all`, `x';touch ${marker};'`, `$(touch ${marker})`]);
      const resource = {
        id: id === '' ? '#' : id,
        name,
        type: 'TOTP',
        user: id || 'ada',
        status: 'C',
        created: '2022-01-01T00:00:00Z',
      };
      const port = await serving(world, resource);
      const bin = join(world.home, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'otpctl'), '#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n');
      chmodSync(join(bin, 'otpctl'), 0o755);
      for (const argv of [
        ['device', 'lock', name],
        ['device', 'unlock', '--user', 'x'],
        ['device', 'enable', name],
        ['device', 'delete', name, '--yes'],
        ['device', 'verify', '--user', 'ada', '000000'],
        ['device', 'challenge', name],
      ]) {
        const { exit, stderr } = await world.run(argv, { environment: remote(port) });
        held(exit !== 70, `otpctl ${argv.join(' ')} is exit 70: ${stderr}`);
        for (const [, hint = ''] of stderr.matchAll(/(?:hint: |with {2}|back with {2})[^\n]*?(otpctl [^\n]*)/g)) {
          const pasted = spawnSync('/bin/sh', ['-c', hint], {
            cwd: world.home,
            env: { PATH: `${bin}:/usr/bin:/bin` },
            timeout: 5000,
          });
          held(!existsSync(marker), `pasting this ran a command: ${hint}`);
          const words = String(pasted.stdout).split('\0');
          const dashed = words.indexOf(resource.id);
          const ended = words.indexOf('--');
          held(!id.startsWith('-') || dashed < 0 || (ended >= 0 && ended < dashed), `the id is an option in  ${hint}`);
        }
      }
    },
  },
  {
    number: 15,
    name: 'no input is a bug',
    async attempt(world) {
      await world.totp('ada');
      const junk = () => Buffer.from(Array.from({ length: 1 + world.random(300) }, () => world.random(256)));
      const file = (content: string | Buffer) => {
        const path = join(world.home, `f${world.random(1e9)}`);
        writeFileSync(path, content, { mode: 0o600 });
        return path;
      };
      const header = (json: string) => {
        const lines = `otpctl backup 1\n${json}\nAAAA\n`;
        return `${lines}${createHash('sha256').update(lines).digest('hex')}\n`;
      };
      const dots = `${'a.'.repeat(100_000)}b = 1\n`;
      const config = join(world.home, '.config/otpctl/config.toml');
      const port = await serving(world, {
        id: '\ud800',
        name: 'x',
        type: 'TOTP',
        user: 'ada',
        status: 'V',
        created: 1e300,
      });
      const lines: readonly (readonly [
        string[],
        { stdin?: string | Buffer; environment?: Record<string, string> }?,
      ])[] = [
        [['device', 'list'], { environment: remote(port) }],
        [['device', 'show', 'x'], { environment: remote(port) }],
        [['bulk', 'update', '--set-status', 'D', '--filter', 'id pr', '--yes'], { environment: remote(port) }],
        [['store', 'restore', file(header('no json')), '--yes']],
        [['store', 'restore', file(header('{"key":{"scrypt":null}}')), '--yes']],
        [['settings', 'set', '-'], { stdin: dots }],
        [['settings', 'import', file(dots), '--yes']],
        [['settings', 'set', '-'], { stdin: `x = ${'['.repeat(100_000)}` }],
        [['user', 'import', '-'], { stdin: junk() }],
        [['bulk', 'create', '-', '--yes'], { stdin: junk() }],
        [['bulk', 'apply', file(junk()), '--yes']],
        [['bulk', 'update', '--set-status', 'D', '--from', file(junk()), '--yes']],
        [['ds100', 'import', '-'], { stdin: '[{"serial":{"toString":1}}]' }],
        [['audit', 'verify', file(junk())]],
        [['device', 'list', '--filter', junk().toString('latin1').replaceAll('\0', '')]],
        [['device', 'list'], { environment: { OTPCTL_MASTER_KEY: 'x', HTTPS_PROXY: '::', OTPCTL_RSA_KEY: '{' } }],
        [
          ['device', 'list', '--url', 'https://127.0.0.1:9'],
          { environment: { OTPCTL_TOKEN: 'x', HTTPS_PROXY: 'no url' } },
        ],
        [['device', 'list', '--store', file(Buffer.concat([Buffer.from('SQLite format 3\0'), junk()]))]],
        [['device', 'list', '--store', file(readFileSync(world.store).fill(255, 4096 * world.random(5)))]],
      ];
      for (const [argv, options] of lines) {
        const { exit, stderr } = await world.run(argv, options);
        held(
          exit !== 70 && exit !== null,
          `otpctl ${argv.join(' ').slice(0, 200)} is exit ${exit}: ${stderr.slice(0, 300)}`,
        );
      }
      mkdirSync(join(world.home, '.config/otpctl'), { recursive: true });
      for (const content of [dots, junk(), `[profiles.a]\nurl = 3\n`, `profiles.${dots}`]) {
        writeFileSync(config, content, { mode: 0o600 });
        const { exit, stderr } = await world.run(['profile', 'list']);
        held(exit === 2, `a config of garbage is exit ${exit}: ${stderr.slice(0, 300)}`);
      }
    },
  },
  {
    number: 17,
    name: 'users that cannot be told apart by eye are refused',
    async attempt(world) {
      for (const odd of [
        '\u2800',
        '\u{13430}',
        '\ufff9',
        '\u200b',
        '\u3164',
        '\u00ad',
        '\u180e',
        '\u2061',
        '\u{1d173}',
      ]) {
        const user = world.pick([`ada${odd}`, `${odd}ada`, `a${odd}da`, odd]);
        const { exit } = await world.run(['device', 'create', 'totp', '--user', user, '--show-secret']);
        held(exit === 2, `the user "${JSON.stringify(user)}" is made (exit ${exit})`);
      }
    },
  },
];
