import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMessenger } from '../../src/delivery/messenger.ts';
import { Secret } from '../../src/domain/secret.ts';
import { DEFAULT_EMAIL_BODY, DEFAULT_EMAIL_SUBJECT } from '../../src/domain/settings/setting-rules.ts';
import type { CodeMessage, DeliveryStep } from '../../src/ports/messenger.ts';
import { makeCertificates } from '../support/certificates.ts';
import { fixedClock } from '../support/fixed.ts';
import { allClosed, scripted, startMailServer, startRawServer } from '../support/smtp.ts';

const CODE = '492039';
const { ca, cert, key } = makeCertificates();

interface Sent {
  readonly url: string;
  readonly from?: string;
  readonly ehloName?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly message?: Partial<CodeMessage>;
  readonly limit?: number;
  readonly trusting?: boolean;
}

async function send({ url, message, limit, trusting, ...templates }: Sent): Promise<readonly DeliveryStep[]> {
  const steps: DeliveryStep[] = [];
  const messenger = createMessenger({ clock: fixedClock(), ...(limit && { limit }), ...(trusting && { ca }) });
  const deliver = messenger.prepare(
    { to: 'ada@example.com', user: 'ada', code: CODE, attributes: {}, ...message },
    {
      channel: 'email',
      email: {
        from: 'Access <no-reply@example.com>',
        subject: DEFAULT_EMAIL_SUBJECT,
        body: DEFAULT_EMAIL_BODY,
        ...templates,
        smtpUrl: Secret.ofText(url),
      },
    },
  );
  await deliver((step) => steps.push(step));
  return steps;
}

const failure = (pattern: RegExp) =>
  expect.objectContaining({ code: 'delivery-failed', message: expect.stringMatching(pattern) });

describe('a mail', () => {
  it('reaches a server on loopback without TLS, and says how', async () => {
    const { port, mails } = await startMailServer({ hideSTARTTLS: true });
    expect(await send({ url: `smtp://127.0.0.1:${port}` })).toEqual([
      { step: 'connect', detail: `127.0.0.1:${port} at 127.0.0.1` },
      { step: 'accepted', detail: '250 kept as 42' },
    ]);
    expect(mails).toEqual([
      {
        from: 'no-reply@example.com',
        to: ['ada@example.com'],
        secure: false,
        headers: expect.arrayContaining([
          'From: Access <no-reply@example.com>',
          'To: ada@example.com',
          'Subject: Your access code',
          'Date: Sat, 01 Jan 2022 00:00:00 +0000',
          'Content-Type: text/plain; charset=utf-8',
          'Auto-Submitted: auto-generated',
        ]),
        body: `Your access code is ${CODE}.\r\n\r\nIf you did not ask for it, you can ignore this message.\r\n`,
      },
    ]);
  });

  it('takes the TLS that a server on loopback offers, whoever signed it', async () => {
    const { port, mails } = await startMailServer({ cert, key });
    expect((await send({ url: `smtp://localhost:${port}` })).map(({ step }) => step)).toEqual([
      'connect',
      'TLS',
      'accepted',
    ]);
    expect(mails).toMatchObject([{ secure: true }]);
  });

  // Linux takes 0.0.0.0 to loopback, and it is not a loopback address: a server like any other.
  it('demands STARTTLS of a server that is not on loopback', async () => {
    const { port, mails } = await startMailServer({ cert, key });
    expect((await send({ url: `smtp://0.0.0.0:${port}`, trusting: true })).at(1)).toEqual({
      step: 'TLS',
      detail: 'TLSv1.3',
    });
    expect(mails).toMatchObject([{ secure: true }]);

    const plain = await startMailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS', 'AUTH'] });
    await expect(send({ url: `smtp://0.0.0.0:${plain.port}`, trusting: true })).rejects.toMatchObject({
      code: 'delivery-failed',
      step: 'TLS',
      message: expect.stringMatching(
        /: 0\.0\.0\.0:\d+ offers no STARTTLS, and a code does not travel in clear: the server answered 5/,
      ),
      hint: expect.stringContaining('smtps://'),
      outside: 'the mail was not sent: it failed at TLS 5xx',
    });
    expect(plain.mails).toEqual([]);
  });

  it('names a server that has no STARTTLS since it has no EHLO, or that refuses it', async () => {
    for (const answers of [
      { EHLO: '502 what', HELO: '250 test' },
      { EHLO: '250-test\r\n250 STARTTLS', STARTTLS: '454 4.7.0 TLS not available' },
    ]) {
      const { port, open } = await startRawServer(scripted(answers));
      await expect(send({ url: `smtp://0.0.0.0:${port}` })).rejects.toMatchObject({
        step: 'TLS',
        message: expect.stringMatching(/offers no STARTTLS, .* answered (?:502 what|454 4\.7\.0)/),
      });
      await allClosed(open);
    }
  });

  it('names a port that does not speak TLS from the start', async () => {
    const { port } = await startMailServer({ hideSTARTTLS: true });
    await expect(send({ url: `smtps://127.0.0.1:${port}` })).rejects.toMatchObject({
      step: 'TLS',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ does not speak TLS from the start/),
      hint: expect.stringContaining('smtp://'),
    });
  });

  it('greets with the name of this machine, or with the one that is set', async () => {
    const greeted: string[] = [];
    const onMailFrom = (
      _address: unknown,
      session: { clientHostname: string; hostNameAppearsAs: unknown },
      done: () => void,
    ) => {
      greeted.push(String(session.hostNameAppearsAs));
      done();
    };
    const { port } = await startMailServer({ hideSTARTTLS: true, onMailFrom } as never);
    for (const ehloName of ['otp.example.com', '[192.0.2.1]']) {
      await send({ url: `smtp://127.0.0.1:${port}`, ehloName });
    }
    await send({ url: `smtp://127.0.0.1:${port}` });
    expect(greeted.slice(0, 2)).toEqual(['otp.example.com', '[192.0.2.1]']);
    expect(greeted[2]).toMatch(/^(?:\[127\.0\.0\.1\]|[^ ]*\.[^ ]*)$/);
  });

  it('goes to an address with letters beyond ASCII where the server has SMTPUTF8, and otherwise is not begun', async () => {
    const heard: string[] = [];
    const onMailFrom = ({ address }: { address: string }, _session: unknown, done: () => void) => {
      heard.push(address);
      done();
    };
    const to = 'jürgen@example.com';
    const able = await startMailServer({ hideSTARTTLS: true, onMailFrom } as never);
    await send({ url: `smtp://127.0.0.1:${able.port}`, message: { to } });
    expect(able.mails).toMatchObject([{ to: [to], headers: expect.arrayContaining([`To: ${to}`]) }]);
    heard.length = 0;

    const unable = await startMailServer({ hideSTARTTLS: true, hideSMTPUTF8: true, onMailFrom } as never);
    const url = `smtp://127.0.0.1:${unable.port}`;
    await expect(send({ url, message: { to } })).rejects.toMatchObject({
      code: 'delivery-failed',
      step: 'recipient',
      message: expect.stringMatching(
        /the address jürgen@example\.com: .* before the @, and the server has no SMTPUTF8$/,
      ),
      outside: 'the mail was not sent: it failed at recipient',
    });
    await expect(send({ url, from: 'zoë@example.com' })).rejects.toMatchObject({
      step: 'sender',
      hint: expect.stringContaining('email.from'),
    });
    expect(heard).toEqual([]);
    await send({ url, from: 'otp@exämple.com', message: { to: 'ada@bücher.example' } });
    expect(unable.mails).toMatchObject([{ headers: expect.arrayContaining(['To: ada@xn--bcher-kva.example']) }]);
  });

  it.each([
    ['sender', { onMailFrom: (_a: unknown, _s: unknown, done: (error: Error) => void) => done(refusal(553, 'no')) }],
    ['recipient', { onRcptTo: (_a: unknown, _s: unknown, done: (error: Error) => void) => done(refusal(550, 'no')) }],
    ['message', { onData: (_a: unknown, _s: unknown, done: (error: Error) => void) => done(refusal(554, 'no')) }],
    ['sign in', { onAuth: (_a: unknown, _s: unknown, done: (error: Error) => void) => done(refusal(535, 'no')) }],
  ] as const)('names the %s that was refused', async (step, options) => {
    const { port } = await startMailServer({ cert, key, secure: true, ...options } as never);
    const url = `smtps://${step === 'sign in' ? 'ada:secret@' : ''}localhost:${port}`;
    await expect(send({ url, trusting: true })).rejects.toMatchObject({
      step,
      outside: `the mail was not sent: it failed at ${step} 5xx`,
    });
  });

  it('does not go to a server with a certificate that nobody vouches for', async () => {
    const starttls = await startMailServer({ cert, key });
    const smtps = await startMailServer({ cert, key, secure: true });
    // Which would make Node trust anybody.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(send({ url: `smtp://0.0.0.0:${starttls.port}` })).rejects.toEqual(failure(/certificate/));
    await expect(send({ url: `smtps://127.0.0.1:${smtps.port}` })).rejects.toEqual(failure(/certificate/));
    expect([...starttls.mails, ...smtps.mails]).toEqual([]);
  });

  it('does not go to a server that has another name in its certificate', async () => {
    const other = makeCertificates('DNS:other.example');
    const { port, mails } = await startMailServer({ cert: other.cert, key: other.key, secure: true });
    const deliver = createMessenger({ clock: fixedClock(), ca: other.ca }).prepare(
      { to: 'ada@example.com', user: 'ada', code: CODE, attributes: {} },
      {
        channel: 'email',
        email: { from: 'a@b.example', subject: '', body: '', smtpUrl: Secret.ofText(`smtps://localhost:${port}`) },
      },
    );
    await expect(deliver()).rejects.toEqual(failure(/altnames/));
    expect(mails).toEqual([]);
  });

  it('signs in with the user and the password of the URL, over TLS', async () => {
    const { port, mails } = await startMailServer({
      cert,
      key,
      secure: true,
      onAuth: ({ username, password }, _session, done) =>
        password === 'p@ss w/rd' ? done(null, { user: username }) : done(new Error(`wrong: ${username} ${password}`)),
    });
    const url = (password: string) => `smtps://mail%40er:${encodeURIComponent(password)}@localhost:${port}`;
    expect(await send({ url: url('p@ss w/rd'), trusting: true })).toEqual([
      { step: 'connect', detail: expect.stringMatching(/^localhost:\d+ at /) },
      { step: 'TLS', detail: 'TLSv1.3' },
      { step: 'sign in', detail: 'mail@er' },
      { step: 'accepted', detail: '250 kept as 42' },
    ]);
    expect(mails).toMatchObject([{ user: 'mail@er', secure: true }]);

    await expect(send({ url: url('s3cr3t/word'), trusting: true })).rejects.toEqual(
      failure(/^the mail was not sent: the server answered 535 wrong: \[secret\] \[secret\]$/),
    );
  });

  it('does not go without the sign-in that is wanted', async () => {
    const { port, mails } = await startMailServer({ hideSTARTTLS: true });
    await expect(send({ url: `smtp://user:password@127.0.0.1:${port}` })).rejects.toEqual(failure(/sign in/));
    expect(mails).toEqual([]);
  });

  it.each([
    [
      'at its recipient',
      {
        onRcptTo: (_a: unknown, _s: unknown, done: (error: Error) => void) => done(refusal(550, '5.1.1 no such user')),
      },
      /answered 550 5\.1\.1 no such user$/,
    ],
    [
      'at its sender',
      { onMailFrom: (_a: unknown, _s: unknown, done: (error: Error) => void) => done(refusal(553, 'not you')) },
      /answered 553 not you$/,
    ],
    [
      'at its content',
      {
        onData: (stream: NodeJS.ReadableStream, _s: unknown, done: (error: Error) => void) => {
          stream.resume();
          stream.on('end', () => done(refusal(554, `spam: ${CODE} / ${[...CODE].join(' ')}\u001b[31m\u202e`)));
        },
      },
      /answered 554 spam: \[code\] \/ \[code\] \[31m$/,
    ],
  ] as const)('refused %s is an error with the answer', async (_where, options, pattern) => {
    const { port, mails } = await startMailServer({ hideSTARTTLS: true, ...options } as never);
    await expect(send({ url: `smtp://127.0.0.1:${port}` })).rejects.toEqual(failure(pattern));
    expect(mails).toEqual([]);
  });

  const HELLO = { EHLO: '250 test', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go on' };
  it.each([
    ['never greets', () => {}],
    [
      'trickles its greeting',
      (socket: Socket) => {
        const timer = setInterval(() => socket.write('220-x\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    ['is silent after its greeting', scripted({})],
    ['is silent after the sender', scripted({ EHLO: '250 test' })],
    ['is silent after DATA', scripted({ EHLO: '250 test', MAIL: '250 ok', RCPT: '250 ok' })],
    ['is silent after the message', scripted(HELLO)],
  ])('to a server that %s ends in time, and its connection with it', async (_what, talk) => {
    const { port, open, all } = await startRawServer(talk);
    await expect(send({ url: `smtp://127.0.0.1:${port}`, limit: 250 })).rejects.toEqual(
      failure(/^the mail was not sent: the server has not taken it within 0\.25 seconds$/),
    );
    expect(all).toHaveLength(1);
    await allClosed(open);
  });

  it.each([
    ['before its greeting', (socket: Socket) => socket.end()],
    [
      'after the sender',
      (socket: Socket) => {
        scripted({ EHLO: '250 test' })(socket);
        socket.on('data', (chunk) => /MAIL/.test(String(chunk)) && socket.end());
      },
    ],
    [
      'in the message',
      (socket: Socket) => {
        scripted(HELLO)(socket);
        socket.on('data', (chunk) => /^Subject/m.test(String(chunk)) && socket.destroy());
      },
    ],
    ['with a reason', (socket: Socket) => socket.end('421 4.3.2 shutting down\r\n')],
  ])('to a server that closes %s is an error', async (_when, talk) => {
    const { port } = await startRawServer(talk);
    await expect(send({ url: `smtp://127.0.0.1:${port}` })).rejects.toEqual(
      failure(/closed|reset|ECONNRESET|421 4\.3\.2 shutting down/i),
    );
  });

  it('to a port where nobody listens is an error', async () => {
    await expect(send({ url: 'smtp://127.0.0.1:1' })).rejects.toEqual(failure(/ECONNREFUSED/));
  });

  it('is sent although the server never says goodbye', async () => {
    const { port, open } = await startRawServer(scripted({ ...HELLO, '.': '250 taken' }));
    expect((await send({ url: `smtp://127.0.0.1:${port}` })).at(-1)).toEqual({ step: 'accepted', detail: '250 taken' });
    await allClosed(open);
  });
});

describe('the templates of a mail', () => {
  it.each([
    'x\r\nBcc: eve@example.com',
    'x\r\n\r\nsecond body',
    'x\nContent-Type: text/html',
    'a@b.example, eve@example.com',
    '<eve@example.com>',
    '"eve@example.com',
    '\r\n.\r\nMAIL FROM:<eve@example.com>',
    '\r\n--boundary--',
    '\0',
    'ünïcode 😀 \u2028 \ud800',
    '=?utf-8?Q?=0D=0ABcc:_eve=40example.com?=',
    'data:text/plain,x',
    'file:///etc/passwd',
  ])('take %j for text', async (fullName) => {
    const { port, mails } = await startMailServer({ hideSTARTTLS: true });
    await send({
      url: `smtp://127.0.0.1:${port}`,
      subject: 'Hello ${fullName}',
      body: '${fullName}\nis ${PIN}',
      message: { attributes: { fullName } },
    });
    const [mail] = mails;
    expect(mails).toHaveLength(1);
    expect(mail?.to).toEqual(['ada@example.com']);
    expect(mail?.headers.map((each) => each.split(':')[0]?.toLowerCase()).sort()).toEqual(HEADERS);
    expect(mail?.body).toBe(`${fullName.toWellFormed().replace(/[\p{Cc}\u2028]/gu, ' ')}\r\nis ${CODE}\r\n`);
  });

  it('add neither headers nor recipients nor lines, whatever an attribute is', async () => {
    const { port, mails } = await startMailServer({ hideSTARTTLS: true });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'\r\n\t \0:<>@,;"=?.-aäBbcC\u2028'), minLength: 1, maxLength: 120 }),
        async (fullName) => {
          const before = mails.length;
          await send({
            url: `smtp://127.0.0.1:${port}`,
            subject: '${fullName}',
            body: 'a${fullName}b\nis ${PIN}',
            message: { user: fullName, attributes: { fullName } },
          });
          expect(mails.length).toBe(before + 1);
          const mail = mails.at(-1);
          expect(mail?.to).toEqual(['ada@example.com']);
          const names = mail?.headers.map((each) => each.split(':')[0]?.toLowerCase()) ?? [];
          expect([...new Set([...names, 'subject'])].sort()).toEqual(HEADERS);
          expect(mail?.body.trimEnd().split('\r\n')).toHaveLength(2);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    'a@b.example, eve@example.com',
    'a@b.example\r\nRCPT TO:<eve@example.com>',
    'Ada <a@b.example>',
    'a@b@c.example',
    '',
  ])('go to one address, not to %j', async (to) => {
    await expect(async () => send({ url: 'smtp://127.0.0.1:1', message: { to } })).rejects.toMatchObject({
      code: 'invalid-value',
    });
  });

  it('miss a value before anything is connected', async () => {
    const { port, all } = await startRawServer(() => {});
    await expect(async () => send({ url: `smtp://127.0.0.1:${port}`, body: '${PIN} ${mobile}' })).rejects.toMatchObject(
      {
        code: 'tag-without-value',
      },
    );
    expect(all).toEqual([]);
  });

  it('know the address, the number and the name of the user', async () => {
    const { port, mails } = await startMailServer({ hideSTARTTLS: true });
    await send({
      url: `smtp://127.0.0.1:${port}`,
      body: '${EMAIL} ${PHONE} ${userName} ${team} ${fullName:-colleague} ${PIN}',
      message: {
        attributes: { mail: 'other@example.com', phone: '+34 666', team: 'R&D', PIN: '000000', userName: 'x' },
      },
    });
    expect(mails[0]?.body).toBe(`ada@example.com +34666 ada R&D colleague ${CODE}\r\n`);
  });
});

const HEADERS = [
  'auto-submitted',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
];

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
