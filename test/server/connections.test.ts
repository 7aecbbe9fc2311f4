import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LOCAL } from '../../src/server/network/address.ts';
import { createConnections } from '../../src/server/network/connections.ts';
import { makeCertificates } from '../support/certificates.ts';

const LIMITS = { connections: 6, clientConnections: 4, clientHalfOpen: 2, checkInterval: 20 };
const GET = 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n';
const HEAD = 'GET /x HTTP/1.1\r\nHo';
const BODY = 'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab';

/** One end of a connection, and what became of it. */
interface Line {
  readonly socket: Socket;
  readonly isClosed: () => boolean;
  /** Waits for an answer, or the end. */
  answer(): Promise<string>;
}

/**
 * A server of which every address of loopback is a client of its own. 127.0.0.9 speaks for many. It answers `/wait` when it
 * is told to.
 */
async function served({ tls = false, ...limits }: Partial<typeof LIMITS> & { readonly tls?: boolean } = {}) {
  const waiting: ServerResponse[] = [];
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/wait') waiting.push(response);
    else request.resume().once('end', () => response.end('done'));
  };
  const server = tls ? createTlsServer(makeCertificates(), handler) : createServer(handler);
  const connections = createConnections({
    limits: { ...LIMITS, ...limits },
    peerOf: ({ remoteAddress = '' }) => {
      const proxied = remoteAddress === '127.0.0.9';
      return { key: remoteAddress, address: remoteAddress, local: remoteAddress === LOCAL, proxied };
    },
  });
  connections.watch(server as Server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const open = async (client: number, text = '', secure = false): Promise<Line> => {
    const place = { port, host: '127.0.0.1', localAddress: `127.0.0.${client}` };
    const socket = secure ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place);
    onTestFinished(() => void socket.destroy());
    let closed = false;
    let heard = '';
    const seen = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        heard += String(chunk);
        resolve();
      });
      socket.on('close', () => {
        closed = true;
        resolve();
      });
    });
    socket.on('error', () => {});
    await new Promise<void>((resolve) =>
      socket.once(secure ? 'secureConnect' : 'connect', resolve).once('close', resolve),
    );
    if (text !== '') socket.write(text);
    return {
      socket,
      isClosed: () => closed,
      async answer() {
        await seen;
        return heard.slice(0, 15);
      },
    };
  };
  return { open, waiting };
}

/** Which of several are closed, once as many are as will be. */
async function closedOf(lines: readonly Line[], count: number): Promise<readonly boolean[]> {
  const closed = () => lines.map((line) => line.isClosed());
  await expect.poll(() => closed().filter(Boolean).length).toBe(count);
  await new Promise((resolve) => setTimeout(resolve, 60));
  return closed();
}

async function several(count: number, one: () => Promise<Line>): Promise<Line[]> {
  const lines: Line[] = [];
  for (let made = 0; made < count; made++) lines.push(await one());
  return lines;
}

const OK = 'HTTP/1.1 200 OK';

describe('the connections of a client', () => {
  it('beyond its share cost it the one that did nothing for the longest time, and no other client any', async () => {
    const { open } = await served();
    const other = await open(2);
    const own = await several(4, () => open(1));
    own[0]?.socket.write(GET);
    expect(await own[0]?.answer()).toBe(OK);
    const more = await several(2, () => open(1, GET));
    expect(await closedOf([other, ...own], 2)).toEqual([false, false, true, true, false]);
    for (const line of more) expect(await line.answer()).toBe(OK);
  });

  it('are not closed while one is being answered: then it is the newcomer', async () => {
    const { open, waiting } = await served();
    const own = await several(4, () => open(1, GET.replace('/x', '/wait')));
    await expect.poll(() => waiting.length).toBe(4);
    const newcomer = await open(1, GET);
    expect(await newcomer.answer()).toBe('');
    expect(await (await open(2, GET)).answer()).toBe(OK);
    for (const response of waiting) response.end('done');
    for (const line of own) expect(await line.answer()).toBe(OK);
    expect(await (await open(1, GET)).answer()).toBe(OK);
  });

  it.each([
    ['headers', HEAD],
    ['bodies', BODY],
    ['headers behind an answer', `${GET}${HEAD}`],
  ])('with %s that do not end are cut to fewer, whenever they were opened', async (_, text) => {
    const { open } = await served();
    const other = await open(2, text);
    const own = await several(4, () => open(1));
    for (const { socket } of own) {
      socket.write(text.slice(0, GET.length));
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (text.length > GET.length) socket.write(text.slice(GET.length));
    }
    expect(await closedOf([other, ...own], 2)).toEqual([false, true, true, false, false]);
    own.at(-1)?.socket.write(text === BODY ? 'cde' : 'st: x\r\n\r\n');
    expect(await own.at(-1)?.answer()).toBe(OK);
  });

  it('beyond the total cost the client with the most idle ones, not the newcomer', async () => {
    const { open } = await served({ clientConnections: 5 });
    const many = await several(4, () => open(1));
    const few = await several(2, () => open(2));
    const newcomers = await several(2, () => open(3, GET));
    for (const line of newcomers) expect(await line.answer()).toBe(OK);
    expect(await closedOf([...many, ...few], 2)).toEqual([true, true, false, false, false, false]);
  });

  it('have no share where they speak for many, and a total apart', async () => {
    const { open } = await served();
    const proxy = await several(6, () => open(9, HEAD));
    const own = await several(6, () => open(1));
    expect(await closedOf([...proxy, ...own], 2)).toEqual([
      ...proxy.map(() => false),
      ...[true, true, false, false, false, false],
    ]);
    const further = await open(9, GET);
    expect(await further.answer()).toBe(OK);
    expect(await closedOf(proxy, 1)).toEqual([true, false, false, false, false, false]);
  });

  it('count from their first moment under TLS, before there is a handshake', async () => {
    const { open } = await served({ tls: true });
    const silent = await several(4, () => open(1));
    const good = await open(1, GET, true);
    expect(await good.answer()).toBe(OK);
    expect(await closedOf([...silent, good], 1)).toEqual([true, false, false, false, false]);
    // The beginning of a handshake, and no more.
    for (const { socket } of silent.slice(1)) socket.write(Buffer.from('160301020001', 'hex'));
    expect(await closedOf([...silent, good], 2)).toEqual([true, true, false, false, false]);
    good.socket.write(HEAD);
    expect(await closedOf([...silent, good], 3)).toEqual([true, true, true, false, false]);
  });

  it('are taken again when others have ended', async () => {
    const { open } = await served();
    for (let round = 0; round < 5; round++) {
      const own = await several(4, () => open(1, GET));
      for (const line of own) expect(await line.answer()).toBe(OK);
      expect(own.some((line) => line.isClosed())).toBe(false);
      for (const { socket } of own) socket.destroy();
      await closedOf(own, 4);
    }
  });
});
