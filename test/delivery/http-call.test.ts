// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates under test look like that.
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMessenger, type MessengerDeps } from '../../src/delivery/messenger.ts';
import type { CallMethod } from '../../src/domain/channel.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { CodeMessage, DeliveryStep } from '../../src/ports/messenger.ts';
import { makeCertificates } from '../support/certificates.ts';
import { fixedClock } from '../support/fixed.ts';
import { startProvider } from '../support/provider.ts';
import { allClosed, startRawServer } from '../support/smtp.ts';

const CODE = '492039';
const { ca, cert, key } = makeCertificates();

interface Call {
  readonly url: string;
  readonly channel?: 'sms' | 'voice';
  readonly method?: CallMethod;
  readonly headers?: string;
  readonly body?: string;
  readonly expect?: string;
  readonly allowPrivateHosts?: boolean;
  readonly message?: Partial<CodeMessage>;
}

async function call(
  { url, channel = 'sms', method = 'GET', headers, body, message, allowPrivateHosts = true, ...rest }: Call,
  deps: Partial<MessengerDeps> = {},
  steps: DeliveryStep[] = [],
): Promise<readonly DeliveryStep[]> {
  const deliver = createMessenger({ clock: fixedClock(), ...deps }).prepare(
    { to: '+34 666-555.444', user: 'ada', code: CODE, attributes: {}, ...message },
    {
      channel,
      call: {
        url: Secret.ofText(url),
        method,
        ...(headers !== undefined && { headers: Secret.ofText(headers) }),
        ...(body !== undefined && { body: Secret.ofText(body) }),
        allowPrivateHosts,
        ...rest,
      },
    },
  );
  await deliver((step) => steps.push(step));
  return steps;
}

const failure = (pattern: RegExp) =>
  expect.objectContaining({ code: 'delivery-failed', message: expect.stringMatching(pattern) });
/** The error of a call, whole. */
const failureOf = async (given: Call, deps?: Partial<MessengerDeps>): Promise<string> => {
  const error = await call(given, deps).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toEqual(failure(/./));
  const { message, hint, cause } = error as Error & { hint?: string };
  expect(cause).toBeUndefined();
  return `${message} ${hint ?? ''}`;
};

describe('the documented call', () => {
  it('reaches a provider over TLS, and its answer has the expected text', async () => {
    const provider = await startProvider(
      (response, { target }) => response.end(target.includes('noStop') ? '{"status":100,"id":1}' : '{"status":101}'),
      { cert, key },
    );
    const lookups: string[] = [];
    const steps = await call(
      {
        url: `https://sms.example.com:${provider.port}/cgi-bin/sms/http2sms.cgi?account=sms-bg490971-1&password=XXXXXXt&login=user&from=SOFFID&to=\${PHONE}&message=This is your access PIN: \${PIN}&noStop&contentType=application/json&class=0`,
        expect: '"status":100',
      },
      {
        ca,
        lookup: async (host) => {
          lookups.push(host);
          return [{ address: '127.0.0.1', family: 4 }];
        },
      },
    );
    expect(lookups).toEqual(['sms.example.com']);
    expect(provider.calls).toMatchObject([
      {
        method: 'GET',
        target: `/cgi-bin/sms/http2sms.cgi?account=sms-bg490971-1&password=XXXXXXt&login=user&from=SOFFID&to=%2B34666555444&message=This%20is%20your%20access%20PIN:%20${CODE}&noStop&contentType=application/json&class=0`,
        headers: { host: `sms.example.com:${provider.port}` },
        body: '',
      },
    ]);
    expect(steps).toEqual([
      { step: 'resolve', detail: 'sms.example.com is 127.0.0.1' },
      { step: 'request', detail: `GET https://sms.example.com:${provider.port}` },
      { step: 'status', detail: '200' },
      { step: 'expect', detail: 'the answer has the expected text' },
    ]);
    expect(JSON.stringify(steps)).not.toMatch(/XXXXXXt|492039/);
  });

  it('is a failure when the expected text is not there', async () => {
    const { port } = await startProvider((response) => response.end('{"status":103,"message":"no credit"}'));
    expect(await failureOf({ url: `http://127.0.0.1:${port}/?to=\${PHONE}`, expect: '"status":100' })).toBe(
      'the sms message was not sent: the provider answered 200 without the text that sms.expect wants: {"status":103,"message":"no credit"} ',
    );
  });
});

describe('a call', () => {
  const BODIES: readonly (readonly [string | undefined, string, string, string])[] = [
    [
      'application/json',
      '{"to":"${PHONE}","text":"Hi ${fullName}: ${PIN}"}',
      'application/json',
      '{"to":"+34666555444","text":"Hi A \\"B\\" & <C>: 492039"}',
    ],
    [undefined, '{"to":"${PHONE}"}', 'application/json', '{"to":"+34666555444"}'],
    [
      'application/x-www-form-urlencoded',
      'to=${PHONE}&text=Hi ${fullName}: ${PIN}',
      'application/x-www-form-urlencoded',
      'to=%2B34666555444&text=Hi%20A%20%22B%22%20%26%20%3CC%3E:%20492039',
    ],
    [undefined, 'to=${PHONE}', 'application/x-www-form-urlencoded', 'to=%2B34666555444'],
    [
      'text/xml; charset=utf-8',
      '<sms to="${PHONE}">${fullName} ${PIN}</sms>',
      'text/xml; charset=utf-8',
      '<sms to="+34666555444">A &quot;B&quot; &amp; &lt;C&gt; 492039</sms>',
    ],
    [
      undefined,
      '<sms to="${PHONE}">${PIN}</sms>',
      'application/xml; charset=utf-8',
      '<sms to="+34666555444">492039</sms>',
    ],
    ['text/plain', 'é ${fullName}\n${PIN}', 'text/plain', 'é A "B" & <C>\n492039'],
    [undefined, '${PIN}', 'text/plain; charset=utf-8', '492039'],
  ];
  const MATRIX = (['GET', 'POST', 'PUT'] as const).flatMap((method) =>
    BODIES.map((body) => [method, ...body] as const),
  );

  it.each(MATRIX)(
    '%s with the content type %s and the body %s arrives whole',
    async (method, type, body, sentType, sent) => {
      const provider = await startProvider();
      await call({
        url: `http://127.0.0.1:${provider.port}/v1/\${userName}?a`,
        method,
        headers: `${type === undefined ? '' : `Content-Type: ${type}\n`}X-Key: k \${fullName}`,
        body,
        message: { attributes: { fullName: 'A "B" & <C>' } },
      });
      expect(provider.calls).toMatchObject([
        {
          method,
          target: '/v1/ada?a',
          headers: {
            'content-type': sentType,
            'x-key': 'k A "B" & <C>',
            'content-length': String(Buffer.byteLength(sent)),
          },
          body: sent,
        },
      ]);
    },
  );

  it.each(['GET', 'POST', 'PUT'] as const)(
    '%s goes without a body too, and with the sign-in of its URL',
    async (method) => {
      const provider = await startProvider((response) => response.writeHead(204).end());
      await call({ url: `http://me:pass%20word@localhost:${provider.port}`, method });
      expect(provider.calls).toMatchObject([
        {
          method,
          target: '/',
          body: '',
          headers: { authorization: `Basic ${Buffer.from('me:pass word').toString('base64')}` },
        },
      ]);
    },
  );

  it('by voice reads the digits out', async () => {
    const provider = await startProvider();
    await call({
      url: `http://127.0.0.1:${provider.port}/?say=\${PIN}`,
      channel: 'voice',
      method: 'POST',
      body: '{"say":"${PIN}"}',
    });
    expect(provider.calls).toMatchObject([
      { target: '/?say=4.%209.%202.%200.%203.%209.%20', body: '{"say":"4. 9. 2. 0. 3. 9. "}' },
    ]);
  });

  it('adds nothing to the one request, whatever the user is called', async () => {
    const provider = await startProvider();
    const fullName = 'x\r\nX-Injected: 1\r\n\r\nGET /admin HTTP/1.1\r\nHost: y\r\n\r\n';
    await call({
      url: `http://127.0.0.1:${provider.port}/\${fullName}?q=\${fullName}`,
      method: 'POST',
      headers: 'X-Name: ${fullName}',
      body: '${fullName}',
      message: { user: fullName, attributes: { fullName } },
    });
    expect(provider.calls).toHaveLength(1);
    expect(provider.calls[0]?.rawHeaders.filter((_, at) => at % 2 === 0).sort()).toEqual([
      'Content-Type',
      'X-Name',
      'connection',
      'content-length',
      'host',
    ]);
  });

  it('misses a value before anything is connected', async () => {
    const provider = await startProvider();
    await expect(async () => call({ url: `http://127.0.0.1:${provider.port}/?x=\${team}` })).rejects.toMatchObject({
      code: 'tag-without-value',
      message: expect.stringContaining('user ada has no value for the tag ${team}'),
    });
    expect(provider.calls).toEqual([]);
  });

  it.each(['eve', '+1 900 666 555;+1', '', '+1900\r\n5'])('goes to a phone number, not to %j', async (to) => {
    await expect(async () => call({ url: 'http://127.0.0.1:1/', message: { to } })).rejects.toMatchObject({
      code: 'invalid-value',
    });
  });
});

describe('a provider', () => {
  it.each([400, 401, 403, 404, 429, 500, 503])('that answers %i has not taken the message', async (status) => {
    const { port } = await startProvider((response) => response.writeHead(status).end('why\n\u001b[31m not\u0007'));
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` })).toBe(
      `the sms message was not sent: the provider answered ${status}: why [31m not `,
    );
  });

  it.each([301, 302, 303, 307, 308])('that redirects with %i is not followed', async (status) => {
    const other = await startProvider();
    const { port, calls } = await startProvider((response) =>
      response.writeHead(status, { Location: `http://127.0.0.1:${other.port}/` }).end(),
    );
    expect(
      await failureOf({ url: `http://127.0.0.1:${port}/`, headers: 'Authorization: Bearer secret-token' }),
    ).toMatch(/answered 30\d, a redirect, which is not followed/);
    expect(calls).toHaveLength(1);
    expect(other.calls).toEqual([]);
  });

  it('that nobody vouches for is not called', async () => {
    const { port, calls } = await startProvider(undefined, { cert, key });
    // Which would make Node trust anybody.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await failureOf({ url: `https://127.0.0.1:${port}/` })).toMatch(/certificate/);
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(await failureOf({ url: `https://other.example.com:${port}/` }, { ca, lookup })).toMatch(/altnames/);
    expect(calls).toEqual([]);
  });

  it('that answers with more than anybody wants is read as far as that', async () => {
    const written: boolean[] = [];
    const { port } = await startProvider((response) => {
      const block = 'x'.repeat(64 * 1024);
      response.write('"status":100');
      const more = () => {
        while (!response.destroyed && response.write(block));
        if (written.push(true) < 10_000) response.once('drain', more);
      };
      more();
    });
    expect((await call({ url: `http://127.0.0.1:${port}/`, expect: '"status":100' })).at(-1)?.step).toBe('expect');
    expect(written.length).toBeLessThan(10_000);
    expect(await failureOf({ url: `http://127.0.0.1:${port}/`, expect: 'y' })).toMatch(
      /wants: "status":100x{188}\.\.\. $/,
    );
  });

  it.each([
    ['is silent', () => {}],
    [
      'trickles its headers',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('X: y\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    [
      'trickles its body',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('that %s is waited for as long as the limit', async (_what, talk) => {
    const { port, open } = await startRawServer(talk);
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` }, { limit: 250 })).toBe(
      'the sms message was not sent: the provider has not answered within 0.25 seconds ',
    );
    await allClosed(open);
  });

  it('whose name is never resolved is not waited for, nor called later', async () => {
    const { port, calls } = await startProvider();
    let resolve: (addresses: { address: string; family: number }[]) => void = () => {};
    const lookup = () =>
      new Promise<{ address: string; family: number }[]>((done) => {
        resolve = done;
      });
    const steps: DeliveryStep[] = [];
    await expect(call({ url: `http://localhost:${port}/` }, { limit: 50, lookup }, steps)).rejects.toEqual(
      failure(/0\.05 seconds/),
    );
    resolve([{ address: '127.0.0.1', family: 4 }]);
    await new Promise((done) => setTimeout(done, 100));
    expect([calls, steps]).toEqual([[], []]);
  });

  it.each([
    ['closes without an answer', (socket: Socket) => socket.end()],
    ['closes in the middle', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')],
    ['talks something else', (socket: Socket) => socket.end('220 smtp.example.com ESMTP\r\n')],
    ['has endless headers', (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`)],
  ])('that %s is a failure', async (_what, talk) => {
    const { port } = await startRawServer(talk);
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` })).toMatch(
      /^the sms message was not sent: the call of 127\.0\.0\.1:\d+ failed: ./,
    );
  });

  it('that is not there is a failure', async () => {
    expect(await failureOf({ url: 'http://127.0.0.1:1/' })).toMatch(/ECONNREFUSED/);
    const lookup = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    expect(await failureOf({ url: 'https://gone.example.com/' }, { lookup })).toMatch(
      /the host gone\.example\.com was not found: ENOTFOUND/,
    );
  });
});

describe('an answer', () => {
  const digits = [...CODE];
  const ECHOES = [
    CODE,
    `Your code ${CODE}!`,
    digits.join(' '),
    digits.join('-'),
    digits.join('. '),
    digits.map((digit) => `${digit}. `).join(''),
    digits.map((digit, at) => `"digit${'abcdef'[at]}":${digit}`).join(),
    digits.join('\u200b'),
    digits.join('\n\u0000'),
    digits.join('%20'),
    digits.join('.%20'),
    digits.join('&nbsp;'),
    digits.join('</b><b>'),
    digits.map((digit) => `%3${digit}`).join(''),
    digits.map((digit) => `\\u003${digit}`).join(''),
    digits.map((digit) => `&#${48 + Number(digit)};`).join(''),
    digits.map((digit) => `&#x3${digit};`).join(''),
    digits.map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
    Buffer.from(CODE).toString('base64'),
    Buffer.from(`x${CODE}`).toString('base64'),
    Buffer.from(`Your access code is ${CODE}.`).toString('base64url'),
    Buffer.from(CODE).toString('hex'),
    Buffer.from(`Your code ${CODE}`).toString('hex').toUpperCase(),
    `x${'-'.repeat(199)}${CODE}`,
  ];

  it.each(ECHOES)('never carries the code back: %j', async (echo) => {
    const { port } = await startProvider((response) => response.writeHead(400).end(`start ${echo} end`));
    const message = await failureOf({ url: `http://127.0.0.1:${port}/?text=\${PIN}`, channel: 'voice' });
    expect(message).toMatch(/answered 400: start /);
    const bare = message.normalize('NFKC').replace(/[^0-9a-z%&#;\\+/_=]/gi, '');
    expect(bare).not.toContain(CODE);
    expect(message).toMatch(/\[code\]|\[secret\]|-\.\.\. $/);
    expect(message).not.toContain(echo);
  });

  it('never carries what signs in at the provider', async () => {
    const secrets = ['urlpassword', 'us&er', 'q=u&ery', 'bearer-abc', 'json"secret', 'basic:word', 'key/with+signs'];
    const basic = Buffer.from('login:basic:word').toString('base64');
    const writings = secrets.flatMap((secret) => [
      secret,
      secret.toUpperCase(),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`xx${secret}`).toString('base64'),
      Buffer.from(secret).toString('hex'),
      secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
    ]);
    for (const writing of [...writings, basic, Buffer.from('us&er:urlpassword').toString('base64')]) {
      const { port } = await startProvider((response) => response.writeHead(401).end(`no: ${writing} :no`));
      const message = await failureOf({
        url: `http://us%26er:urlpassword@127.0.0.1:${port}/?key=q%3Du%26ery&k2=key/with%2Bsigns`,
        method: 'POST',
        headers: `Authorization: Basic ${basic}\nX-Key: bearer-abc`,
        body: '{"secret":"json\\"secret"}',
      });
      expect(message, writing).toMatch(/answered 401: no: .*\[secret\].* :no $/);
      expect(message).not.toContain(writing);
    }
  });

  it('of success is not shown', async () => {
    const { port } = await startProvider((response, { target }) => response.end(target));
    expect(JSON.stringify(await call({ url: `http://127.0.0.1:${port}/?text=\${PIN}`, expect: 'text' }))).not.toContain(
      CODE,
    );
  });

  it('keeps what helps: where it says no, and why', async () => {
    const { port } = await startProvider((response) =>
      response.writeHead(400).end('{"error":{"code":21211,"message":"The \'To\' number +34666555444 is not valid"}}'),
    );
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` })).toContain('number +34666555444 is not valid');
  });
});

describe('a private address', () => {
  const REFUSED = [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:7f00:1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ];
  const ALLOWED = [
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '169.253.1.1',
    '2606:4700::1111',
    '64:ff9b::8.8.8.8',
    '::ffff:8.8.8.8',
  ];
  const isPrivate = async (url: string, deps: Partial<MessengerDeps> = {}) => {
    const message = await failureOf({ url, allowPrivateHosts: false }, { limit: 100, ...deps });
    return / has the private address /.test(message);
  };
  const family = (address: string) => (address.includes(':') ? 6 : 4);

  it.each(REFUSED)('%s is not called, by name or as it is', async (address) => {
    const lookup = async () => [{ address, family: family(address) }];
    expect(await isPrivate('https://sms.example.com/', { lookup })).toBe(true);
    expect(await isPrivate(`https://${family(address) === 6 ? `[${address}]` : address}/`)).toBe(true);
  });

  it.each([
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://localhost/',
    'https://169.254.169.254.:80/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://user@127.0.0.1/',
    'https://%31%32%37.0.0.1/',
  ])('is not called when it is written as %s', async (url) => {
    expect(await isPrivate(url)).toBe(true);
  });

  it('among several is enough', async () => {
    const lookup = async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await isPrivate('https://sms.example.com/', { lookup })).toBe(true);
  });

  it('is named with the setting that allows it', async () => {
    expect(await failureOf({ url: 'https://localhost/', channel: 'voice', allowPrivateHosts: false })).toMatch(
      /^the voice message was not sent: localhost has the private address (127\.0\.0\.1|::1) if that is meant: {2}otpctl settings set voice\.allowPrivateHosts=true$/,
    );
  });

  it.each(ALLOWED)('is not what %s is', async (address) => {
    const lookup = async () => [{ address, family: family(address) }];
    expect(await isPrivate('https://sms.example.com/', { lookup })).toBe(false);
  });

  it('cannot be had by answering twice: the address that was looked at is called', async () => {
    const { port, calls } = await startProvider();
    let asked = 0;
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.255.255.1', family: 4 }];
    await call({ url: `http://localhost:${port}/` }, { lookup });
    expect([asked, calls.length]).toEqual([1, 1]);
  });

  it('is called without TLS only when it is loopback and allowed', async () => {
    const { port, calls } = await startProvider();
    const url = `http://localhost:${port}/`;
    const lookup = async () => [{ address: '192.168.1.1', family: 4 }];
    expect(await failureOf({ url }, { lookup })).toMatch(/localhost would be called without TLS/);
    expect(await failureOf({ url, allowPrivateHosts: false })).toMatch(/private address/);
    expect(calls).toEqual([]);
    await call({ url: `http://127.0.0.1:${port}/` });
    expect(calls).toHaveLength(1);
  });
});
