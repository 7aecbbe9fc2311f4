import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemRandom } from '../../src/system/random.ts';
import { json } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';
import { startProvider } from '../support/provider.ts';
import { HOLDER, helpdesk } from '../support/rsa/helpdesk.ts';
import { serverProcess } from '../support/server-process.ts';
import { startMailServer } from '../support/smtp.ts';
import { OPERATOR, startSoffid } from '../support/soffid/soffid-server.ts';
import { codeOfAda, company } from './company.ts';

/** Where a block runs. */
export interface Sandbox {
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What stands in the documents, and what it is here. */
  readonly instead: Readonly<Record<string, string>>;
}

/** The sandboxes by name. Each has the company of `company.ts` in its local store, and a code of ada's in `$CODE`. */
export const SANDBOXES: Readonly<Record<string, () => Promise<Sandbox>>> = {
  company: () => sandbox(),

  /** A mail server and a provider of messages. */
  channels: async () => {
    const { port: mail } = await startMailServer();
    const { port: provider } = await startProvider();
    const made = await sandbox({ PASSWORD: 'not needed here' });
    await json(['settings', 'set', 'sms.allowPrivateHosts=true'], { home: made.home });
    return {
      ...made,
      instead: {
        ...made.instead,
        'smtps://otp:%s@mail.example.com': `smtp://127.0.0.1:${mail}`,
        'https://sms.example.com': `http://127.0.0.1:${provider}`,
      },
    };
  },

  /** Another machine's `otpctl serve`, at https://otp.example.com. */
  server: async () => {
    const server = await sandbox();
    const { key } = await json<{ key: string }>(['apikey', 'create', 'tests', '--role', 'super'], server);
    const { url } = await serverProcess(server.home);
    const made = await sandbox({ OTPCTL_API_KEY: key });
    return { ...made, instead: { ...made.instead, 'https://otp.example.com': url } };
  },

  /** Soffid's OTP service, at https://idm.example.com. */
  soffid: async () => {
    const double = await startSoffid({ clock: fixedClock(NEW_YEAR), random: systemRandom, users: ['ada', 'bob'] });
    onTestFinished(() => double.close());
    double.devices.set(4022880n, {
      ...{ id: 4022880n, name: 'TOTP00000001', type: 'TOTP', user: 'ada', status: 'V' },
      ...{ created: Date.UTC(2021, 9, 14), lastUsed: Date.UTC(2021, 9, 14), fails: 0 },
    });
    const made = await sandbox({ PASSWORD: OPERATOR.password });
    return { ...made, instead: { ...made.instead, 'https://idm.example.com': new URL(double.url).origin } };
  },

  /** RSA, with the device of its documentation. */
  rsa: async () => {
    const { environment } = await helpdesk({ now: () => Math.floor(Date.now() / 1000) });
    const made = await sandbox(environment);
    cpSync(environment['OTPCTL_RSA_KEY_FILE'] ?? '', join(made.home, 'rsa.key'));
    return { ...made, instead: { ...made.instead, 'ece30fe9-...': HOLDER } };
  },

  /** A machine without a store, and the backup of another one. */
  disaster: async () => {
    const made = await sandbox();
    const work = join(made.home, 'work');
    writeFileSync(join(work, 'backup.pass'), 'correct horse battery staple\n', { mode: 0o600 });
    const name = join(work, 'otpctl-20260131T024100Z.backup');
    await json(['store', 'backup', name, '--passphrase-file', join(work, 'backup.pass')], { home: made.home });
    for (const folder of ['.local/share/otpctl', '.config/otpctl']) {
      rmSync(join(made.home, folder), { recursive: true });
    }
    return made;
  },

  /** A store whose master key is in /run/secrets. */
  secrets: async () => {
    const made = await sandbox();
    const key = join(made.home, 'work/otpctl.key');
    writeFileSync(key, `${Buffer.from(systemRandom.bytes(32)).toString('base64')}\n`, { mode: 0o600 });
    const environment = { OTPCTL_MASTER_KEY_FILE: key, OTPCTL_STORE: join(made.home, 'secrets.db') };
    await json(['store', 'init'], { home: made.home, environment });
    return { ...made, environment: { ...made.environment, ...environment } };
  },
};

async function sandbox(more: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  const home = temporaryHome();
  await company(home);
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  return {
    home,
    environment: {
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
      XDG_RUNTIME_DIR: join(home, 'run'),
      CODE: codeOfAda(),
      ...more,
    },
    instead: {
      '492039': codeOfAda(),
      '/srv/otpctl': join(home, '.local/share/otpctl'),
      ...Object.fromEntries(['/mnt/backup', '/mnt/worm', '/run/secrets'].map((folder) => [folder, join(home, 'work')])),
    },
  };
}
