import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import type { RsaConfig } from '../../src/ds100/rsa-config.ts';
import type { Received, Trick } from '../support/rsa/fake-rsa.ts';
import { ADA, addDevice, type Helpdesk, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';
import { apiKeyText, CLIENT_ID, CLIENT_KEYS, keyCanaries, writeKey } from '../support/rsa/keys.ts';

/** A command line for each command that asks RSA for something. */
const AT_RSA: Record<string, string> = {
  'ds100 show': `ds100 show ${SERIAL}`,
  'ds100 list': `ds100 list --user ${ADA}`,
  'ds100 disable': 'ds100 disable --from - --report REPORT.json',
  'ds100 enable': `ds100 enable --user ${ADA}`,
  'ds100 clear-pin': `ds100 clear-pin ${SERIAL} --yes`,
  'ds100 delete': `ds100 delete ${SERIAL} --yes`,
  'ds100 add': `ds100 add ${SERIAL} --token-serial ${TOKEN_SERIAL} --user-id ${HOLDER}`,
  'ds100 import': 'ds100 import -',
  'bulk undo': 'bulk undo ds100-1 --yes',
  'profile status': 'profile status',
};

/** One for each of the others, in an order in which they work; what is gone already is an error, and that is output too. */
const ELSEWHERE: Record<string, string> = {
  'bulk runs': 'bulk runs',
  'bulk show': 'bulk show ds100-1 --report REPORT.xml',
  'bulk resume': 'bulk resume ds100-1 --yes',
  'profile add': 'profile add rsa --rsa-url URL --rsa-key-file KEY --default',
  'profile login': 'profile login rsa --rsa-key-stdin',
  'profile list': 'profile list',
  'profile show': 'profile show rsa',
  'profile use': 'profile use rsa',
  'profile logout': 'profile logout rsa',
  'profile remove': 'profile remove rsa',
  'store init': 'store init',
  'store info': 'store info',
  'store check': 'store check',
  'store migrate': 'store migrate',
  'device create': 'device create email --user ada --email ada@example.com',
  'device list': 'device list',
  'device show': 'device show --user ada',
  'device challenge': 'device challenge --user ada',
  'device verify': 'device verify --user ada 000000',
  'device enable': 'device enable --user ada',
  'device disable': 'device disable --user ada',
  'device lock': 'device lock --user ada',
  'device unlock': 'device unlock --user ada',
  'device update': 'device update --user ada --email ada@example.org',
  'device reset-fails': 'device reset-fails --user ada',
  'device resync': 'device resync --user ada 000000 000000',
  'bulk update': 'bulk update --set-status locked --user ada --yes --last-device warn',
  'bulk disable-stale': 'bulk disable-stale --unused-for 1d --yes',
  'bulk create': 'bulk create - --yes --uris-out REPORT.uris',
  'bulk delete': 'bulk delete --user ada --yes --last-device warn',
  'bulk apply': 'bulk apply KEY --yes',
  'device delete': 'device delete --user ada --yes',
  'settings list': 'settings list',
  'settings get': 'settings get totp.digits',
  'settings set': 'settings set totp.digits=8',
  'settings unset': 'settings unset totp.digits',
  'settings export': 'settings export',
  'settings import': 'settings import - --yes',
  'settings test': 'settings test email --to ada@example.com',
  'user set': 'user set ada --attr city=London',
  'user list': 'user list',
  'user show': 'user show ada',
  'user import': 'user import -',
  'user remove': 'user remove ada --yes',
  'audit list': 'audit list',
  'audit verify': 'audit verify',
  'audit export': 'audit export',
  'audit repair': 'audit repair --yes',
  'audit prune': 'audit prune --before 2020-01-01 --yes',
  'store backup': 'store backup REPORT.backup',
  'store key show': 'store key show',
  'store key move': 'store key move --to keyring',
  'store key rotate': 'store key rotate --yes',
  'store restore': 'store restore REPORT.backup --yes',
  why: 'why ada',
  completion: 'completion bash',
  'apikey create': 'apikey create portal --role helpdesk',
  'apikey list': 'apikey list',
  'apikey rotate': 'apikey rotate portal',
  'apikey revoke': 'apikey revoke portal --yes',
  api: 'api GET /OtpDevice',
  doctor: 'doctor',
  serve: 'serve --port 0',
};
const SCOPES = ['read', 'manage', 'delete'].map((right) => `rsa.authenticator.ds100.${right}`);

/** What a server may do to see a secret printed: sends back what it was sent, in every place where it is read. */
function echoes({ rsa }: Helpdesk): readonly Trick[] {
  const device = () => rsa.devices.get(SERIAL);
  const echo = (shape: (secret: string) => unknown) => (received: Received) => {
    const assertion = new URLSearchParams(received.text).get('client_assertion') ?? '';
    return shape(`${received.headers.authorization ?? ''} ${assertion}`);
  };
  return [
    { status: 400, body: echo((description) => ({ code: '400 BAD_REQUEST', description })) },
    { status: 403, body: echo((secret) => ({ status: 403, error: 'Forbidden', message: `access token ${secret}` })) },
    { status: 403, body: echo((message) => ({ status: 403, error: 'Forbidden', message })) },
    { status: 500, body: echo((secret) => ({ code: secret, description: secret })) },
    { status: 502, body: echo((secret) => `<html>${secret}`) },
    { status: 200, body: echo((secret) => secret) },
    { status: 200, body: echo((secret) => [{ ...device(), note: secret, [secret]: 1 }]) },
    { status: 200, body: echo((note) => ({ id: HOLDER, note, pinSet: false, devices: [{ ...device(), note }] })) },
    { silence: 'cut' },
  ];
}

/** Runs every command in every format, once as it should go and once for each trick; all that came out. */
async function everything(desk: Helpdesk, rsa: RsaConfig | undefined, key: string): Promise<string> {
  const report = join(desk.home, 'report');
  const keyFile = writeKey(desk.home, key, 0o400);
  const out: string[] = [];
  const run = async (line: string) => {
    addDevice(desk.rsa, { tokenStatus: /enable|undo/.test(line) ? 'Disabled' : 'Enabled' });
    const stdin = line.includes('--rsa-key-stdin')
      ? key
      : line.includes('import')
        ? `serial,tokenSerialNumber,userId\n${SERIAL},${TOKEN_SERIAL},${HOLDER}\n`
        : SERIAL;
    const named = line.replace('REPORT', report).replace('KEY', keyFile).replace('URL', desk.rsa.url);
    const interruption = AbortSignal.timeout(line.startsWith('serve') ? 200 : 60_000);
    const more = { stdin, interruption, ...(rsa !== undefined && { rsa }) };
    const { stdout, stderr } = await desk.run(`${named} --verbose`, more);
    out.push(stdout, stderr);
  };
  for (const line of Object.values(AT_RSA)) {
    const before = desk.rsa.received.length;
    for (const format of ['table', 'json', 'jsonl', 'csv']) await run(`${line} -o ${format}`);
    for (const path of new Set(desk.rsa.received.slice(before).map((each) => each.path))) {
      for (const trick of echoes(desk)) {
        desk.rsa.instead(path, trick, trick);
        await run(`${line} -o json`);
      }
    }
  }
  for (const line of Object.values(ELSEWHERE)) {
    for (const format of ['table', 'json']) await run(`${line} -o ${format}`);
  }
  const kept = readdirSync(desk.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  // The one file that is there to hold the key.
  const files = kept.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => !isForKeys(path));
  expect(files.map((path) => basename(path))).toEqual(expect.arrayContaining(['runs.db', 'report.json', 'report.xml']));
  for (const path of files) out.push(readFileSync(path, 'latin1'));
  return out.join('\n');
}

const isForKeys = (path: string) => /\.key$|credentials\.toml$/.test(path);

function expectNoSecret(text: string, { rsa }: Helpdesk): void {
  const canaries = [...rsa.authority.tokens, ...keyCanaries()];
  // A JWT is as good as whole without its first part, and its signature is in nothing else.
  const parts = canaries.flatMap((canary) => [canary, ...canary.split('.').filter((part) => part.length >= 20)]);
  expect(rsa.authority.tokens.size).toBeGreaterThan(0);
  for (const part of parts) expect(text.includes(part), `a secret came out: ${part.slice(0, 12)}`).toBe(false);
}

describe('no access key, JWT or access token comes out', () => {
  it('of any command that there is', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(Object.keys({ ...AT_RSA, ...ELSEWHERE }).sort()).toEqual([...names].sort());
  });

  it('with an Administration API key', async () => {
    const desk = await helpdesk();
    expectNoSecret(await everything(desk, undefined, apiKeyText(desk.rsa.url)), desk);
  });

  it('with an OAuth client', async () => {
    const client = { algorithm: 'ES256', scopes: [...SCOPES, 'rsa.user.read'], expiresIn: 600 } as const;
    const desk = await helpdesk({ client });
    const rsa = {
      url: desk.rsa.url,
      issuer: desk.rsa.issuer,
      clientId: CLIENT_ID,
      privateKeyFile: writeKey(desk.home, CLIENT_KEYS.ES256.jwk),
    };
    expectNoSecret(await everything(desk, rsa, CLIENT_KEYS.ES256.jwk), desk);
  });

  it('and the test would see one', async () => {
    const desk = await helpdesk();
    await desk.run(`ds100 show ${SERIAL}`);
    const [token = ''] = desk.rsa.authority.tokens;
    expect(() => expectNoSecret(`signature: ${token.split('.')[2]}`, desk)).toThrow('a secret came out');
  });
});
