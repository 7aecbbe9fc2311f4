import { describe, expect, it } from 'vitest';
import { device, replace } from '../support/scim-messages.ts';
import { RFC_BASE, type ScimServer, SOFFID_BASE, scimServer } from '../support/scim-server.ts';

const DEVICES = `${RFC_BASE}/OtpDevice`;
const PIN = '123456789012';

async function made(server: ScimServer, more: Record<string, unknown>): Promise<string> {
  const { status, body } = await server.call('POST', DEVICES, device(more));
  expect(status).toBe(201);
  return `${DEVICES}/${body.id}`;
}

/** The positions that a cell asks for, counted from 1, as a client reads it. */
function positionsOf(cell: string): number[] {
  const [, pattern = ''] = /^digits (\S+)$/.exec(cell) ?? [];
  expect([...pattern]).toHaveLength(PIN.length);
  return [...pattern].flatMap((sign, at) => (sign === '▫' ? [] : [at + 1]));
}

describe.each([RFC_BASE, SOFFID_BASE])('challenges at %s', (base) => {
  const there = (url: string) => url.replace(RFC_BASE, base);

  it('of a PIN device show which digits are asked for', async () => {
    const server = await scimServer();
    const url = there(await made(server, { type: 'PIN', pin: PIN }));
    for (let n = 0; n < 30; n++) {
      const { body, headers } = await server.call('GET', `${url}/requestChallenge`);
      expect(Object.keys(body)).toEqual(['cell', 'cardNumber']);
      expect(body.cardNumber).toBe('Security number');
      expect(headers['cache-control']).toBe('no-store');
      const positions = positionsOf(body.cell);
      expect(positions).toHaveLength(3);
      for (const position of positions) {
        expect([...body.cell.slice('digits '.length)][position - 1]).toBe(position > 9 ? ':' : String(position));
      }
      const pin = positions.map((position) => PIN[position - 1]).join('');
      const { body: verdict } = await server.call('POST', `${url}/responseChallenge`, { pin });
      expect(verdict).toEqual({ success: true, locked: false });
    }
  });

  it('say that a device is locked in the very answer that locks it', async () => {
    const server = await scimServer();
    const url = there(await made(server, {}));
    const answers = [];
    for (let n = 0; n < 11; n++) {
      answers.push((await server.call('POST', `${url}/responseChallenge`, { pin: '000000' })).body);
    }
    const { body } = await server.call('GET', url);
    expect(body.status).toBe('L');
    expect(answers.at(-1)).toEqual({ success: false, locked: true });
    expect(answers[0]).toEqual({ success: false, locked: false });
  });

  it.each([
    ['L', true],
    ['D', false],
  ])('in status %s accept no code and send none', async (status, locked) => {
    const server = await scimServer();
    const url = there(await made(server, { type: 'EMAIL', email: 'ada@example.com' }));
    await server.call('GET', `${url}/requestChallenge`);
    const message = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [] };
    expect((await server.call('PATCH', url, { ...message, ...replace('status', status) })).status).toBe(200);
    const { body } = await server.call('POST', `${url}/responseChallenge`, { pin: server.sent[0]?.code });
    expect(body).toEqual({ success: false, locked });
    const challenged = await server.call('GET', `${url}/requestChallenge`);
    expect([challenged.status, challenged.body.status]).toEqual([409, '409']);
    expect(server.sent).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no pin', {}],
    ['a blank pin', { pin: ' ' }],
    ['a number', { pin: 123456 }],
    ['null', { pin: null }],
    ['an array', ['123456']],
  ])('with %s for an answer are 400, and no attempt', async (_, message) => {
    const server = await scimServer();
    const url = there(await made(server, {}));
    const { status, text } = await server.call('POST', `${url}/responseChallenge`, message);
    expect(status).toBe(400);
    expect(text).not.toContain('123456');
    expect((await server.call('GET', url)).body.fails).toBe(0);
  });

  it('are sent for GET only: HEAD and the others are 405', async () => {
    const server = await scimServer();
    const url = there(await made(server, { type: 'EMAIL', email: 'ada@example.com' }));
    for (const method of ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, headers } = await server.call(method, `${url}/requestChallenge`);
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET']);
    }
    expect((await server.call('GET', `${url}/responseChallenge`)).headers['allow']).toBe('POST');
    expect(server.sent).toEqual([]);
  });

  it('count one success for one code, of fifty at once', async () => {
    const server = await scimServer();
    const url = there(await made(server, { type: 'EMAIL', email: 'ada@example.com' }));
    await server.call('GET', `${url}/requestChallenge`);
    const pin = server.sent[0]?.code;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => server.call('POST', `${url}/responseChallenge`, { pin })),
    );
    expect(answers.filter(({ body }) => body.success)).toHaveLength(1);
  });

  it('keep codes out of the log', async () => {
    const server = await scimServer();
    const url = there(await made(server, { type: 'PIN', pin: PIN }));
    await server.call('POST', `${url}/responseChallenge`, { pin: '987654' });
    await server.call('POST', `${url}/responseChallenge`, '{"pin":"987654"');
    expect(server.log.join('')).not.toMatch(/987654|123456789/);
  });
});
