import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from './run.ts';
import { held } from './world.ts';

const ROOT = join(import.meta.dirname, '../..');

export const files: readonly Attack[] = [
  {
    number: 11,
    name: 'no output goes through a link, into a pipe, or over a file that is there',
    async attempt(world) {
      const id = await world.totp('ada');
      const at = (name: string) => join(world.home, name);
      writeFileSync(at('foreign'), 'precious', { mode: 0o600 });
      symlinkSync(at('foreign'), at('link'));
      symlinkSync(at('not-there'), at('dangling'));
      execFileSync('mkfifo', [at('fifo')]);
      const rows = 'type,user\nTOTP,eve\nBAD,x\n';
      const outputs = (path: string) => [
        { argv: ['bulk', 'create', '-', '--yes', '--uris-out', path], stdin: rows },
        { argv: ['bulk', 'create', '-', '--yes', '--uris-out', at('uris'), '--residue', path], stdin: rows },
        {
          argv: [
            'bulk',
            'update',
            '--set-status',
            'D',
            '--user',
            'ada',
            '--yes',
            '--last-device',
            'warn',
            '--report',
            path,
          ],
        },
        { argv: ['bulk', 'update', '--set-status', 'D', '--user', 'ada', '--plan-out', path] },
        { argv: ['user', 'import', '-', '--residue', path], stdin: 'name,mail\n,x\n' },
        { argv: ['store', 'backup', path] },
        { argv: ['device', 'create', 'totp', '--user', 'x', '--qr-file', path] },
      ];
      for (const name of ['foreign', 'link', 'dangling', 'fifo']) {
        for (const { argv, stdin = '' } of outputs(name === 'fifo' ? at('fifo') : at(name))) {
          const path = argv.includes('--report') ? `${at(name)}` : at(name);
          const { exit } = await world.run(argv, { stdin, killAfter: 12_000 });
          held(exit !== null, `otpctl ${argv.slice(0, 2).join(' ')} hangs on ${name}`);
          held(exit !== 0, `otpctl ${argv.join(' ').slice(0, 120)} writes to ${name} (${path})`);
          held(
            readFileSync(at('foreign'), 'utf8') === 'precious',
            `otpctl ${argv.slice(0, 2).join(' ')} wrote into a foreign file`,
          );
          held(!existsSync(at('not-there')), `otpctl ${argv.slice(0, 2).join(' ')} made a file behind a link`);
        }
      }
      held(lstatSync(at('link')).isSymbolicLink(), 'the link is gone');
      const { status } = JSON.parse(await world.must(['device', 'show', id, '-o', 'json'])) as { status: string };
      held(status === 'V', `a run whose report cannot be written made the device ${status}`);
    },
  },
  {
    number: 14,
    name: 'inputs without an end are refused',
    async attempt(world) {
      await world.totp('ada');
      const fifo = join(world.home, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const open: string[] = [];
      for (const path of ['/dev/zero', '/dev/urandom', fifo, world.home]) {
        for (const argv of [
          ['bulk', 'apply', path, '--yes'],
          ['bulk', 'update', '--set-status', 'D', '--from', path, '--yes'],
          ['bulk', 'create', path, '--yes'],
          ['user', 'import', path],
          ['settings', 'import', path, '--yes'],
          ['settings', 'set', `sms.body=@${path}`],
          ['store', 'restore', path, '--yes'],
          ['store', 'backup', join(world.home, 'b'), '--passphrase-file', path],
          ['audit', 'verify', path],
          ['ds100', 'import', path],
          ['device', 'list', '--store', path],
          ['profile', 'add', 'p', '--url', 'https://127.0.0.1:9', '--ca-file', path],
        ]) {
          const { exit, stderr } = await world.run(argv, {
            killAfter: 5000,
            environment: { NODE_OPTIONS: '--max-old-space-size=400' },
          });
          if (open.length > 6) break;
          if (exit === null) open.push(`otpctl ${argv.join(' ')} does not end`);
          else if (![2, 5, 7].includes(exit))
            open.push(`otpctl ${argv.join(' ')} is exit ${exit}: ${stderr.slice(0, 100)}`);
        }
      }
      held(open.length === 0, open.join('; '));
    },
  },
  {
    number: 14,
    name: 'a heading of 200,000 columns and a stdin of a gigabyte end soon',
    async attempt(world) {
      await world.totp('ada');
      const heading = Array.from({ length: 200_000 }, (_, at) => `c${at}`).join(',');
      const long = Buffer.alloc(300_000_000, `${'a'.repeat(world.random(70) + 1)}\n`);
      for (const argv of [
        ['user', 'import', '-'],
        ['bulk', 'create', '-', '--yes'],
        ['ds100', 'import', '-'],
        ['bulk', 'update', '--set-status', 'D', '--from', '-', '--yes'],
      ]) {
        for (const stdin of [`${heading}\n${heading}\n`, long]) {
          const { exit, stderr } = await world.run(argv, { stdin, killAfter: 15_000 });
          held(
            exit !== null && exit !== 70,
            `otpctl ${argv.slice(0, 2).join(' ')} is exit ${exit}: ${stderr.slice(0, 200)}`,
          );
        }
      }
    },
  },
  {
    number: 18,
    name: 'a key that is twice in TOML is refused',
    async attempt(world) {
      await world.totp('ada');
      for (const stdin of [
        '[totp]\ndigits = 6\ndigits = 8\n',
        'totp.digits = 6\ntotp.digits = 8\n',
        '[totp]\ndigits = 8\n[totp]\ndigits = 6\n',
        'totp.digits = 6\n[totp]\ndigits = 8\n',
        'totp = { digits = 6, digits = 8 }\n',
        '"totp.digits" = 6\n[totp]\ndigits = 8\n',
      ]) {
        const { exit } = await world.run(['settings', 'set', '-'], { stdin });
        held(exit === 2, `settings take ${JSON.stringify(stdin)} (exit ${exit})`);
      }
    },
  },
  {
    number: 18,
    name: 'no keyring library of a folder above is loaded',
    async attempt(world) {
      const app = join(world.home, 'a/b/otpctl');
      mkdirSync(app, { recursive: true });
      for (const name of ['bin', 'dist', 'package.json'])
        cpSync(join(ROOT, name), join(app, name), { recursive: true });
      const marker = join(world.home, 'loaded');
      for (const folder of ['a/node_modules/keytar', 'node_modules/keytar', 'node_modules/@github/keytar']) {
        mkdirSync(join(world.home, folder), { recursive: true });
        writeFileSync(join(world.home, folder, 'package.json'), '{"name":"keytar","main":"index.js"}');
        writeFileSync(
          join(world.home, folder, 'index.js'),
          `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`,
        );
      }
      await world.run(['doctor'], { program: join(app, 'bin/otpctl.js'), killAfter: 20_000 });
      held(!existsSync(marker), 'a library beside nobody’s program was run');
    },
  },
  {
    number: 18,
    name: 'on a full disk lists are read, and a change says that the disk is full',
    async attempt(world) {
      if (process.getuid?.() !== 0) return console.log('          (without root there is no small disk: passed over)');
      const disk = join(world.home, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', disk]);
      try {
        const store = join(disk, 's.db');
        await world.must(['device', 'create', 'totp', '--user', 'ada', '--show-secret', '--store', store]);
        try {
          writeFileSync(join(disk, 'rest'), Buffer.alloc(2_000_000));
        } catch {
          // That is what it is for.
        }
        const list = await world.run(['device', 'list', '--store', store]);
        held(list.exit === 0, `device list is exit ${list.exit}: ${list.stderr}`);
        const change = await world.run(['device', 'disable', '1', '--store', store]);
        held(change.exit === 7, `a change is exit ${change.exit}: ${change.stderr}`);
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    },
  },
];
