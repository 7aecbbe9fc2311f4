import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/registry.ts';
import type { RsaConfig } from '../../src/ds100/rsa-config.ts';
import type { Received, Trick } from '../support/rsa/fake-rsa.ts';
import { ADA, addDevice, type Helpdesk, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';
import { CLIENT_ID, CLIENT_KEYS, keyCanaries, writeKey } from '../support/rsa/keys.ts';

/** A command line for each `ds100` command there is. */
const LINES: Record<string, string> = {
  'ds100 show': `ds100 show ${SERIAL}`,
  'ds100 list': `ds100 list --user ${ADA}`,
  'ds100 disable': 'ds100 disable --from - --journal JOURNAL --report REPORT',
  'ds100 enable': `ds100 enable --user ${ADA}`,
  'ds100 clear-pin': `ds100 clear-pin ${SERIAL} --yes`,
  'ds100 delete': `ds100 delete ${SERIAL} --yes`,
  'ds100 add': `ds100 add ${SERIAL} --token-serial ${TOKEN_SERIAL} --user-id ${HOLDER}`,
  'ds100 import': 'ds100 import -',
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
async function everything(desk: Helpdesk, rsa: RsaConfig | undefined): Promise<string> {
  const [journal, report] = [join(desk.home, 'journal.jsonl'), join(desk.home, 'report.json')];
  const out: string[] = [];
  const run = async (line: string) => {
    addDevice(desk.rsa, { tokenStatus: line.includes('enable') ? 'Disabled' : 'Enabled' });
    const stdin = line.includes('import')
      ? `serial,tokenSerialNumber,userId\n${SERIAL},${TOKEN_SERIAL},${HOLDER}\n`
      : SERIAL;
    const named = line.replace('JOURNAL', journal).replace('REPORT', report);
    const { stdout, stderr } = await desk.run(`${named} --verbose`, { stdin, ...(rsa !== undefined && { rsa }) });
    out.push(stdout, stderr);
  };
  for (const line of Object.values(LINES)) {
    const before = desk.rsa.received.length;
    for (const format of ['table', 'json', 'jsonl', 'csv']) await run(`${line} -o ${format}`);
    for (const path of new Set(desk.rsa.received.slice(before).map((each) => each.path))) {
      for (const trick of echoes(desk)) {
        desk.rsa.instead(path, trick, trick);
        await run(`${line.replace('--journal JOURNAL ', '')} -o json`);
      }
    }
  }
  for (const path of [journal, report]) {
    expect(existsSync(path)).toBe(true);
    out.push(readFileSync(path, 'utf8'));
  }
  return out.join('\n');
}

function expectNoSecret(text: string, { rsa }: Helpdesk): void {
  const canaries = [...rsa.authority.tokens, ...keyCanaries()];
  // A JWT is as good as whole without its first part, and its signature is in nothing else.
  const parts = canaries.flatMap((canary) => [canary, ...canary.split('.').filter((part) => part.length >= 20)]);
  expect(rsa.authority.tokens.size).toBeGreaterThan(0);
  for (const part of parts) expect(text.includes(part), `a secret came out: ${part.slice(0, 12)}`).toBe(false);
}

describe('no access key, JWT or access token comes out', () => {
  it('of any command that there is', () => {
    const names = COMMANDS.map(({ name }) => name).filter((name) => name.startsWith('ds100 '));
    expect(Object.keys(LINES).sort()).toEqual([...names].sort());
  });

  it('with an Administration API key', async () => {
    const desk = await helpdesk();
    expectNoSecret(await everything(desk, undefined), desk);
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
    expectNoSecret(await everything(desk, rsa), desk);
  });

  it('and the test would see one', async () => {
    const desk = await helpdesk();
    await desk.run(`ds100 show ${SERIAL}`);
    const [token = ''] = desk.rsa.authority.tokens;
    expect(() => expectNoSecret(`signature: ${token.split('.')[2]}`, desk)).toThrow('a secret came out');
  });
});
