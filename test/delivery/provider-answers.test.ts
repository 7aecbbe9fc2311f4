import { describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider.ts';
import { CODE, call, failureOf } from '../support/provider-call.ts';

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
