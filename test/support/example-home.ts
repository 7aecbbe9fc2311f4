import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { otpctl } from './cli.ts';
import { storeOf, temporaryHome } from './home.ts';
import { ROOT } from './process.ts';
import { startProvider } from './provider.ts';
import { apiKeyText } from './rsa/keys.ts';
import { serverProcess } from './server-process.ts';
import { startMailServer } from './smtp.ts';
import { tamper } from './sql.ts';

const HOLDER = 'ece30fe9-414c-7536-5403-0656220b3046';
const RFC_KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** What examples take for granted: a company in small, a server, and the files that they name. */
export interface ExampleWorld {
  /** The base of the server of the profile `work`. */
  readonly url: string;
  /** A copy of the home, for one example alone; examples are run in its folder `work`. */
  copy(): string;
}

/** Makes it once; each example works on a copy. */
export async function exampleWorld(): Promise<ExampleWorld> {
  const home = temporaryHome();
  const run = async (line: readonly string[], stdin?: string) => {
    const outcome = await otpctl(line, { home, ...(stdin !== undefined && { stdin }) });
    if (outcome.exit !== 0) throw new Error(`${line.join(' ')}: ${outcome.stderr}`);
    return outcome.stdout;
  };
  const words = (line: string, stdin?: string) => run(line.split(' '), stdin);

  const { port: mail } = await startMailServer();
  const { port: sms } = await startProvider();
  const call = `url = "http://127.0.0.1:${sms}/send"\nallowPrivateHosts = true\nbody = "\${PIN}"\nenabled = true`;
  const settings = `[email]\nfrom = "otp@example.com"\nsmtpUrl = "smtp://127.0.0.1:${mail}"\nenabled = true\n[sms]\n${call}\n[voice]\n${call}\n`;
  await words('store init');
  await words('settings set -', settings);
  await words('device create totp --user ada --secret-stdin', RFC_KEY);
  await words('device create hotp --user ada --secret-stdin', RFC_KEY);
  await words('device create email --user ada --email ada@example.com');
  await words('device create pin --user ada --pin-stdin', '12345678');
  await words('device create sms --user ada --phone +34666555444');
  await words('device enable 1 2 3 4 5 --yes');
  for (const user of ['bob', 'carl', 'dora', 'emil'])
    await words(`device create pin --user ${user} --pin-stdin`, '87654321');
  await run(['user', 'set', 'ada', '--attr', 'fullName=Ada Lovelace', '--attr', 'phone=+34666555444']);
  await words('apikey create portal --role helpdesk --expires 30d');
  await words('apikey create nightly --role query');
  for (const status of ['D', 'C', 'D']) {
    await words(`bulk update --set-status ${status} --user bob --max-percent 100 --yes`);
  }

  const served = temporaryHome();
  const key = JSON.parse(
    (await otpctl('apikey create desk --role super -o json'.split(' '), { home: served })).stdout,
  ).key;
  tamper(storeOf(served), 'UPDATE store SET next_device_id = 4022880');
  await otpctl('device create pin --user ada --pin-stdin'.split(' '), { home: served, stdin: '12345678' });
  const { url } = await serverProcess(served);
  await run(['profile', 'add', 'work', '--url', url, '--token-stdin'], key);

  const work = join(home, 'work');
  mkdirSync(work);
  const { cert, key: tlsKey } = makeCertificates();
  const files: Record<string, string> = {
    'pin.txt': '12345678\n',
    'code.txt': '000000\n',
    'smtp-url.txt': `smtp://127.0.0.1:${mail}\n`,
    'settings.toml': '[totp]\ndigits = 8\n',
    'users.csv': 'name,fullName\nada,Ada L\n',
    'users.json': '[{"name":"ada","attributes":{"fullName":"Ada L"}}]\n',
    'users.jsonl': '{"name":"ada","fullName":"Ada L"}\n',
    'patch.json': JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'status', value: 'D' }],
    }),
    'cert.pem': cert,
    'key.pem': tlsKey,
    token: key,
    'key.json': apiKeyText('https://tenant.example.com'),
    'lost.csv': `deviceSerialNumber,userId\n140100080,${HOLDER}\n`,
    'devices.csv': `deviceSerialNumber,tokenSerialNumber,userId\n140100099,014010009931,${HOLDER}\n`,
    'devices.json': `[{"deviceSerialNumber":"140100099","tokenSerialNumber":"014010009931","userId":"${HOLDER}"}]`,
    'ids.csv': 'id\n6\n',
    'ids.txt': 'id\n6\n',
    'new.csv': 'type,user\ntotp,new1\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text, { mode: 0o600 });
  mkdirSync(join(home, '.zfunc'));
  mkdirSync(join(home, '.config/fish/completions'), { recursive: true });
  mkdirSync(join(home, 'bin'));
  const program = join(home, 'bin/otpctl');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/otpctl.js')}' "$@"\n`);
  chmodSync(program, 0o755);
  return {
    url,
    copy() {
      const copy = temporaryHome();
      cpSync(home, copy, { recursive: true });
      return copy;
    },
  };
}
