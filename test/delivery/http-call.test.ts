import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DeliveryStep } from '../../src/ports/messenger.ts';
import { makeCertificates } from '../support/certificates.ts';
import { startProvider } from '../support/provider.ts';
import { CODE, call, failure, failureOf } from '../support/provider-call.ts';
import { allClosed, startRawServer } from '../support/smtp.ts';

const { ca, cert, key } = makeCertificates();

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
  it.each([
    ['+34 666-555.444', '%2B34666555444 34666555444 0034666555444'],
    ['666555444', '666555444 666555444 666555444'],
    // As stores have them from before.
    ['+44 (0)20 7946 0018', '%2B442079460018 442079460018 00442079460018'],
    ['+44 (020) 7946 0018', '%2B4402079460018 4402079460018 004402079460018'],
  ])('to the number %s has it in the form that the provider wants', async (to, forms) => {
    const provider = await startProvider();
    const url = `http://127.0.0.1:${provider.port}/\${PHONE}/\${PHONE_DIGITS}?to=\${PHONE_00}`;
    await call({ url, method: 'POST', body: '{"to":"${PHONE_DIGITS}"}', message: { to } });
    const [plus, digits, doubleZero] = forms.split(' ');
    expect(provider.calls).toMatchObject([
      { target: `/${plus}/${digits}?to=${doubleZero}`, body: `{"to":"${digits}"}` },
    ]);
  });

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
    expect([calls, steps]).toEqual([[], []]);
    // Had it gone on, its call would be there before that of another one.
    await call({ url: `http://127.0.0.1:${port}/another` });
    expect(calls.map(({ target }) => target)).toEqual(['/another']);
    expect(steps).toEqual([]);
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
