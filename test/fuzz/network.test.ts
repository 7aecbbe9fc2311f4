import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe } from 'vitest';
import { createTransport } from '../../src/backends/scim/transport/transport.ts';
import { createMessenger } from '../../src/delivery/messenger.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createCloudAdmin } from '../../src/ds100/cloud-admin.ts';
import { countedRandom, fixedClock, quickTimer } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { bytesLike, jsonLike, textsLike } from '../support/mutants.ts';
import { call } from '../support/provider-call.ts';
import { apiKeyText } from '../support/rsa/keys.ts';

/** A port of this machine whose every connection is treated as a test says. */
function anyServer(treat: (socket: Socket) => void): () => number {
  let server: Server;
  const open = new Set<Socket>();
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        server = createServer((socket) => {
          open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}));
          treat(socket);
        });
        server.listen(0, '127.0.0.1', resolve);
      }),
  );
  afterAll(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return () => (server.address() as AddressInfo).port;
}

const http = (status: string, body: string, ...more: string[]) =>
  [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', ...more, '', body].join(
    '\r\n',
  );

describe('an answer in bytes', () => {
  let answer: Uint8Array = new Uint8Array();
  const port = anyServer((socket) => socket.once('data', () => socket.end(answer)));
  const answers = bytesLike(
    Buffer.from(http('200 OK', '{"status":100,"id":"x"}', 'Content-Type: application/json', 'ETag: W/"1"')),
    Buffer.from(http('302 Found', '', 'Location: http://127.0.0.1:9/')),
    Buffer.from(http('429 Slow', '{"detail":"code 492039"}', 'Retry-After: Sat, 01 Jan 2022 00:00:00 GMT')),
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
    Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  );

  eachAnswersOrRefuses([
    reader('of a provider of messages', answers, async (bytes) => {
      answer = bytes;
      await call({ url: `http://127.0.0.1:${port()}/send?to=\${PHONE}&text=\${PIN}`, expect: '100' }, { limit: 2000 });
    }),
    reader('of a server', fc.tuple(answers, fc.constantFrom('read', 'change', 'never')), async ([bytes, repeat]) => {
      answer = bytes;
      const server = { url: `http://127.0.0.1:${port()}/scim/v2`, timeout: 2 };
      const deps = {
        clock: fixedClock(),
        timer: quickTimer(),
        random: countedRandom(),
        trace: (text: () => string) => void text(),
      };
      const transport = createTransport(server, deps);
      try {
        const change = repeat === 'read' ? {} : { change: { what: 'the change', look: 'otpctl device list' } };
        await transport.send({ method: 'GET', path: '/OtpDevice', repeat, accept: [200], ...change });
      } finally {
        transport.close();
      }
    }),
  ]);
});

describe('a mail server', () => {
  let lines: readonly string[] = [];
  const port = anyServer((socket) => {
    let next = 0;
    const say = () => {
      const line = lines[next++];
      if (line === undefined) socket.end();
      else socket.write(Buffer.from(line, 'latin1'));
    };
    say();
    socket.on('data', say);
  });
  const replies = [
    '220 mail ESMTP\r\n',
    '250-mail\r\n250-SIZE 1000\r\n250 AUTH PLAIN\r\n',
    '235 ok\r\n',
    '250 ok\r\n',
    '250 ok\r\n',
    '354 go\r\n',
    '250 kept 492039\r\n',
  ];
  const dialogues = fc.tuple(fc.nat(replies.length - 1), textsLike(...replies, '535-no\r\n535 no\r\n', '421 bye\r\n'));
  const settings = fc.record({
    from: textsLike('Access <no-reply@example.com>', '"A, B" <a@xn--bcher-kva.example>'),
    to: textsLike('ada@example.com', 'ä@bücher.example'),
    subject: textsLike('Your code', 'Code ${PIN} for ${userName}'),
    body: textsLike('Your access code is ${PIN}.\n'),
  });
  const send = async ({ from, to, subject, body }: { from: string; to: string; subject: string; body: string }) => {
    const smtpUrl = Secret.ofText(`smtp://127.0.0.1:${port()}`);
    await createMessenger({ clock: fixedClock(), limit: 50 }).prepare(
      { to, user: 'ada', code: '492039', attributes: {} },
      { channel: 'email', email: { from, smtpUrl, subject, body } },
    )();
  };
  const usual = { from: 'a@example.com', to: 'ada@example.com', subject: 'x', body: '${PIN}' };

  eachAnswersOrRefuses([
    reader('that says what no server says', dialogues, async ([at, line]) => {
      lines = replies.map((reply, place) => (place === at ? `${line.slice(0, 4000)}\r\n` : reply));
      await send(usual);
    }),
    reader('that is given addresses and texts', settings, async (given) => {
      lines = replies.filter((_, at) => at !== 2);
      await send({ ...given, body: given.body.slice(0, 20_000), subject: given.subject.slice(0, 200) });
    }),
  ]);
});

describe('RSA', () => {
  let answer: { readonly status: number; readonly text: string } = { status: 200, text: '' };
  const port = anyServer((socket) =>
    socket.on('data', () =>
      socket.end(http(`${answer.status} X`, answer.text.toWellFormed(), 'Content-Type: application/json')),
    ),
  );
  const RECORD = {
    deviceSerialNumber: '140100080',
    tokenSerialNumber: '000123456789',
    userId: 'u1',
    tokenStatus: 'Enabled',
  };
  const by = { actor: 'root' };
  const answers = fc.record({
    status: fc.constantFrom(200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 500),
    text: jsonLike(
      RECORD,
      [RECORD],
      { id: 'u1' },
      { ds100Devices: [{ ...RECORD, deviceType: 'DS100' }], others: [] },
      { tokenSerialNumber: '000123456789', pinSet: 'false' },
      { code: 'x', description: 'no such user' },
    ),
    call: fc.constantFrom('lookup', 'userId', 'devicesOf', 'setStatus', 'clearPin', 'delete'),
  });
  const target = { deviceSerialNumber: '140100080', tokenSerialNumber: '000123456789', userId: 'u1' };

  eachAnswersOrRefuses([
    reader('that answers with anything', answers, async ({ status, text, call: what }) => {
      answer = { status, text };
      const key = Secret.ofText(apiKeyText(`http://127.0.0.1:${port()}/AdminInterface/restapi/v1/users`));
      const deps = {
        clock: fixedClock(),
        random: countedRandom(),
        trace: () => {},
        timeout: 2000,
        timer: quickTimer(),
        environment: {},
      };
      const rsa = createCloudAdmin(
        { key, url: `http://127.0.0.1:${port()}` },
        ['read', 'manage', 'delete', 'user'],
        deps,
      );
      try {
        if (what === 'lookup') await rsa.lookup({ kind: 'device', digits: '140100080' });
        if (what === 'userId') await rsa.userId('ada@example.com');
        if (what === 'devicesOf') await rsa.devicesOf('u1');
        if (what === 'setStatus') await rsa.setStatus({ ...target }, 'Disabled', by);
        if (what === 'clearPin') await rsa.clearPin(target, by);
        if (what === 'delete') await rsa.delete(target, by);
      } finally {
        rsa.close();
      }
    }),
  ]);
});

describe('the way to a server', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const optional = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  const ways = fc.record({
    httpsProxy: optional(textsLike('http://user:pa%20ss@127.0.0.1:9', '127.0.0.1:9', 'socks5://127.0.0.1')),
    noProxy: optional(textsLike('localhost,.example.com', '*')),
    ca: optional(textsLike(PEM)),
    clientCertificate: optional(textsLike(PEM)),
    clientKey: optional(textsLike(PEM).map(Secret.ofText)),
    token: textsLike('a-token').map(Secret.ofText),
  });

  eachAnswersOrRefuses([
    reader('proxies, certificates and tokens', ways, async ({ token, ...way }) => {
      const given = Object.fromEntries(Object.entries(way).filter(([, value]) => value !== undefined));
      const credential = { kind: 'token', secret: token } as const;
      const deps = { clock: fixedClock(), timer: quickTimer(), random: countedRandom(), trace: () => {} };
      const transport = createTransport({ url: 'https://127.0.0.1:9/scim/v2', timeout: 2, credential, ...given }, deps);
      try {
        await transport.send({ method: 'GET', path: '/OtpDevice', repeat: 'never', accept: [200] });
      } finally {
        transport.close();
      }
    }),
  ]);
});
