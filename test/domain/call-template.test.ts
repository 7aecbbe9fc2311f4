import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../src/domain/enrollment/phone-number.ts';
import { type CallTemplates, callRequest, checkCallTemplates } from '../../src/domain/provider-call/call-template.ts';
import { tagValues } from '../../src/domain/provider-call/template.ts';

const DOCUMENTED =
  'https://www.example.com/cgi-bin/sms/http2sms.cgi?account=sms-bg490971-1&password=XXXXXXt&login=user&from=SOFFID&to=${PHONE}&message=This is your access PIN: ${PIN}&noStop&contentType=application/json&class=0';

const URL_ = 'https://sms.example.com/send';
const KNOWN = { PIN: '123456', PHONE: '+34666555444', userName: 'ada' };

const request = (templates: Partial<CallTemplates>, known: Record<string, string> = {}) =>
  callRequest({ url: URL_, ...templates }, 'POST', tagValues('ada', { ...KNOWN, ...known }));
const urlOf = (url: string, known: Record<string, string> = {}) => request({ url }, known).url;
const bodyOf = (type: string | undefined, body: string, known: Record<string, string> = {}) =>
  request({ ...(type !== undefined && { headers: `Content-Type: ${type}` }), body }, known).body ?? '';

/** Values that try to be more than a value, wherever they stand. */
const HOSTILE = [
  '"',
  '&to=+1900',
  '=',
  '#x',
  '?x=y',
  '\r\nX-Injected: 1',
  '%0d%0aX-Injected: 1',
  '\n',
  '\0',
  '\u2028',
  '${PIN}',
  '{{code}}',
  '","admin":true,"x":"',
  '\\',
  '\\"',
  '</to><to>+1900</to>',
  ']]>',
  "'()*!",
  '+1 900',
  '../../admin',
  'ü',
  '😀',
  '\ud800',
  '%26',
  'a@b.example, c@d.example',
] as const;

describe('the URL of a call', () => {
  it('is the documented one, unchanged but for its spaces and values', () => {
    const known = { PHONE: dialledNumber('+34 666-55.54.44') };
    expect(urlOf(DOCUMENTED, known)).toBe(
      'https://www.example.com/cgi-bin/sms/http2sms.cgi?account=sms-bg490971-1&password=XXXXXXt&login=user&from=SOFFID&to=%2B34666555444&message=This%20is%20your%20access%20PIN:%20123456&noStop&contentType=application/json&class=0',
    );
  });

  it.each([
    ['a+b&c=d#e', 'a%2Bb%26c%3Dd%23e'],
    ["'()*!", '%27%28%29%2A%21'],
    ['ü 😀', '%C3%BC%20%F0%9F%98%80'],
    ['/..?', '%2F..%3F'],
    ['%41', '%2541'],
    ['\r\n', '%0D%0A'],
    ['\ud800', '%EF%BF%BD'],
    ['${PIN}', '%24%7BPIN%7D'],
  ])('encodes the value %j as %s in its path and its query', (value, encoded) => {
    expect(urlOf('https://sms.example.com/to/${x}/send', { x: value })).toBe(
      `https://sms.example.com/to/${encoded}/send`,
    );
    expect(urlOf('https://sms.example.com/?a=1&x=${x}&b', { x: value })).toBe(
      `https://sms.example.com/?a=1&x=${encoded}&b`,
    );
  });

  it('keeps what is encoded already, and the order and form of its parameters', () => {
    expect(urlOf(`${URL_}?b=%20x&a&a=&&to[]=1&c=100%&d=%${'${x}'}`, { x: '26' })).toBe(
      `${URL_}?b=%20x&a&a=&&to[]=1&c=100%25&d=%2526`,
    );
  });

  it('encodes a default for its place', () => {
    expect(urlOf(`${URL_}?x=\${none:-a&b?#}`)).toBe(`${URL_}?x=a%26b%3F%23`);
    expect(urlOf('https://sms.example.com/${none:-a?b}?x')).toBe('https://sms.example.com/a%3Fb?x');
  });

  it.each(['.', '..'])('does not let the value %s walk its path', (x) => {
    expect(() => urlOf('https://sms.example.com/a/${x}/send', { x })).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('step in the path') }),
    );
    expect(() => urlOf('https://sms.example.com/a/${x}${y}?q', { x: '.', y: x === '.' ? '' : '.' })).toThrow();
    expect(urlOf('https://sms.example.com/a/x${x}?q', { x })).toBe(`https://sms.example.com/a/x${x}?q`);
  });

  it('turns userinfo into a header, unless there is one', () => {
    const url = 'https://us%40er:p%3Ass@sms.example.com/send?x=1';
    expect(request({ url })).toMatchObject({
      url: 'https://sms.example.com/send?x=1',
      headers: [{ name: 'Authorization', value: `Basic ${Buffer.from('us@er:p:ss').toString('base64')}` }],
    });
    expect(request({ url, headers: 'authorization: Bearer t' }).headers).toEqual([
      { name: 'authorization', value: 'Bearer t' },
    ]);
  });

  it.each([
    ['http://sms.example.com/', 'not https'],
    ['ftp://sms.example.com/', 'not one'],
    ['sms.example.com/send', 'not one'],
    ['https:///send', 'not one'],
    ['https://sms.example.com:99999/', 'not one'],
    ['https:\\\\sms.example.com/', 'not one'],
    ['https://a@b@sms.example.com/', 'not one'],
    ['https://${host}/', 'tag before its path'],
    ['https://sms.example.com:${port}/', 'tag before its path'],
    ['https://${user}:x@sms.example.com/', 'tag before its path'],
    ['https://sms.example.com${x}', 'tag before its path'],
    ['https://${x:-a/b}/', 'tag before its path'],
    ['${scheme}://sms.example.com/', 'tag before its path'],
    ['${url}', 'tag before its path'],
    ['https://sms.example.com/?x=1#${PIN}', 'write it as %23'],
    ['https://sms.example.com/?x=No. #1', 'write it as %23'],
    ['https://sms.example.com/?x=1\n&y=2', 'control characters'],
  ])('%j is refused: %s', (url, why) => {
    const refused = (() => {
      try {
        checkCallTemplates({ url });
        return undefined;
      } catch (error) {
        return error as Error & { hint?: string; code: string };
      }
    })();
    expect(refused).toMatchObject({ code: 'invalid-value' });
    expect(`${refused?.message} ${refused?.hint}`).toContain(why);
    expect(() => urlOf(url, { url: 'https://x/', host: 'x', scheme: 'https', port: '1', user: 'u', x: 'x' })).toThrow();
  });

  it.each([
    'http://127.0.0.1:8080/x',
    'http://localhost/x',
    'http://[::1]:1/x',
    'http://0x7f.1/x',
    'HTTPS://A.example',
  ])('%s is taken', (url) => {
    expect(() => checkCallTemplates({ url })).not.toThrow();
  });
});

describe('the headers of a call', () => {
  it('are lines, and values in them are one line of ASCII', () => {
    const headers = 'X-User: ${userName}; ${fullName}\r\n\nauthorization:Bearer abc\nX-Empty:\n';
    expect(request({ headers }, { fullName: 'Zoë\r\nX-Injected: 1\u0085\u2028' }).headers).toEqual([
      { name: 'X-User', value: 'ada; Zo%C3%AB  X-Injected: 1' },
      { name: 'authorization', value: 'Bearer abc' },
      { name: 'X-Empty', value: '' },
    ]);
  });

  it.each([
    ['no colon', 'line 1 of the headers'],
    ['X-A: 1\n: 2', 'line 2 of the headers'],
    ['X A: 1', 'line 1 of the headers'],
    ['X-${userName}: 1', 'line 1 of the headers'],
    [' X-A: 1', 'line 1 of the headers'],
    ['X-A: a\0b', 'line 1 of the headers'],
    ['X-A: a\rX-B: b', 'line 1 of the headers'],
    ['X-A: 1\nx-a: 2', 'x-a is there twice'],
    ['Host: other.example', 'Host is not for a setting'],
    ['content-length: 5', 'content-length is not for a setting'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding is not for a setting'],
    ['Connection: close', 'Connection is not for a setting'],
    ['Content-Type: ${x}', 'the content type has a tag'],
  ])('%j are refused: %s', (headers, why) => {
    expect(() => checkCallTemplates({ headers })).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(why) }),
    );
  });

  it('are refused without being repeated', () => {
    expect(() => checkCallTemplates({ headers: 'Bearer s3cr3t-value' })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('s3cr3t') }),
    );
  });
});

describe('the body of a call', () => {
  it.each([
    ['{"to":"${PHONE}"}', 'application/json'],
    ['to=${PHONE}&text=${PIN}', 'application/x-www-form-urlencoded'],
    ['Your code is ${PIN}', 'text/plain; charset=utf-8'],
    ['[Acme] your code is ${PIN}', 'text/plain; charset=utf-8'],
    ['<?xml version="1.0"?><to>${PHONE}</to>', 'application/xml; charset=utf-8'],
  ])('%s without a content type is %s', (body, type) => {
    expect(request({ body }).headers).toEqual([{ name: 'Content-Type', value: type }]);
  });

  it('keeps the content type that it is given', () => {
    const headers = 'content-TYPE: Application/Vnd.Sms+JSON; charset=UTF-8';
    expect(request({ headers, body: '{"a":"${PIN}"}' })).toMatchObject({
      headers: [{ name: 'content-TYPE', value: 'Application/Vnd.Sms+JSON; charset=UTF-8' }],
      body: '{"a":"123456"}',
    });
  });

  it('as JSON keeps every literal as it is written', () => {
    const body = '{ "n": 12345678901234567890, "x": ["${PIN}", true, null, "a\\u0041\\n"],\n "x": "${x:-\\"d\\"}" }';
    expect(bodyOf(undefined, body)).toBe(
      '{ "n": 12345678901234567890, "x": ["123456", true, null, "aA\\n"],\n "x": "\\"d\\"" }',
    );
  });

  it('as a form encodes what is literal too', () => {
    expect(bodyOf('application/x-www-form-urlencoded', 'text=Your PIN: ${PIN} é+&x\n')).toBe(
      'text=Your%20PIN:%20123456%20%C3%A9+&x',
    );
  });

  it.each([
    ['application/json', '{"code": ${PIN}}', 'the body is not JSON'],
    ['application/json', 'code ${PIN}', 'the body is not JSON'],
    ['application/json', '{"${userName}": 1}', 'name of a JSON member'],
    ['application/json', '{"\\u0024{userName}" : 1}', 'name of a JSON member'],
    [undefined, '{"code": ${PIN}}', 'the body is not JSON'],
    [undefined, ' [{"code": ${PIN}}]', 'the body is not JSON'],
    ['application/xml', '<${userName}/>', 'markup of XML'],
    ['application/xml', '<a ${userName}="1"/>', 'markup of XML'],
    ['application/xml', '<a b=${userName}>', 'markup of XML'],
    ['text/html', '<p>${PIN}</p>', 'cannot be encoded for'],
    ['multipart/form-data; boundary=x', '--x ${PIN}', 'cannot be encoded for'],
    ['text/plain; charset=iso-8859-1', '${PIN}', 'charset that is not utf-8'],
  ])('as %s, %s is refused: %s', (type, body, why) => {
    const templates = { ...(type !== undefined && { headers: `Content-Type: ${type}` }), body };
    for (const act of [() => checkCallTemplates(templates), () => request(templates)]) {
      expect(act).toThrow(expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(why) }));
    }
  });

  it('of a type without tags is sent as it is', () => {
    expect(bodyOf('text/html', '<p>Look at your phone, ${ }</p>')).toBe('<p>Look at your phone, ${ }</p>');
  });
});

describe('a hostile value', () => {
  it.each(HOSTILE)('%j stays one value of a query', (x) => {
    const found = new URL(urlOf(`${URL_}?a=1&x=\${x}&noStop&b=2`, { x }));
    expect([...found.searchParams]).toEqual([
      ['a', '1'],
      ['x', x.toWellFormed()],
      ['noStop', ''],
      ['b', '2'],
    ]);
    expect(found.hash).toBe('');
    expect(found.origin + found.pathname).toBe(URL_);
  });

  it.each(HOSTILE)('%j stays one segment of a path', (x) => {
    const found = new URL(urlOf('https://sms.example.com/a/${x}/b?c', { x }));
    expect(found.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', x.toWellFormed(), 'b']);
    expect(found.search).toBe('?c');
  });

  it.each(HOSTILE)('%j stays one field of a form', (x) => {
    expect([...new URLSearchParams(bodyOf('application/x-www-form-urlencoded', 'a=1&x=${x}&b', { x }))]).toEqual([
      ['a', '1'],
      ['x', x.toWellFormed()],
      ['b', ''],
    ]);
  });

  it.each(HOSTILE)('%j stays one string of JSON', (x) => {
    expect(JSON.parse(bodyOf('application/json', '{"a":["${x}","-${x}-"],"b":1}', { x }))).toEqual({
      a: [x.toWellFormed(), `-${x}-`.toWellFormed()].map((each) =>
        expect.toSatisfy((it) => it.toWellFormed() === each),
      ),
      b: 1,
    });
  });

  it.each(HOSTILE)('%j stays text of XML', (x) => {
    const filled = bodyOf('application/xml', '<a b="${x}">${x}</a>', { x });
    const [, attribute = '', text = ''] = /^<a b="([^"<>]*)">([^<>]*)<\/a>$/.exec(filled) ?? [];
    const unescaped = (escaped: string) =>
      escaped.replace(
        /&(amp|lt|gt|quot|apos);/g,
        (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[name] ?? '',
      );
    const expected = x.toWellFormed().replace(/[\p{Cc}\u2028]/gu, ' ');
    expect([unescaped(attribute), unescaped(text)]).toEqual([expected, expected]);
  });

  it.each(HOSTILE)('%j stays on its line of plain text', (x) => {
    expect(bodyOf('text/plain', 'a\n${x}\nb', { x }).split(/[\r\n\u2028\u2029\0]/)).toHaveLength(3);
  });

  it.each(HOSTILE)('%j stays one header', (x) => {
    const { headers } = request({ headers: 'X-A: 1\nX-B: -${x}-\nX-C: 2' }, { x });
    expect(headers.map(({ name }) => name)).toEqual(['X-A', 'X-B', 'X-C']);
    expect(headers[1]?.value).toMatch(/^-[\x20-\x7e]*-$/);
  });
});

describe('no attribute, whatever its characters,', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.string({ unit: fc.constantFrom(...'&=?#+%/\\"\'<>{}[]$:;,.\r\n\0\t -@PIN26aü'), minLength: 1, maxLength: 30 }),
  );

  it('changes the number of parameters, headers or members of a request', () => {
    fc.assert(
      fc.property(value, value, (x, y) => {
        const templates = {
          url: `${URL_}/\${x}-/\${x}?a=\${x}&b&c=\${x}\${y}&d=\${none:-z}`,
          headers: 'X-A: ${x}${y}\nX-B: ${y}',
        };
        if (/^\.\.?$/.test(x)) return;
        const known = { x, y };
        const form = request({ ...templates, body: 'a=${x}&b=${y}${x}&c' }, known);
        const json = request({ ...templates, body: '{"a":"${x}","b":[{"c":"${y}${x}"},1]}' }, known);
        const url = new URL(form.url);
        expect(url.origin).toBe('https://sms.example.com');
        expect(url.pathname.split('/')).toHaveLength(4);
        expect([...url.searchParams.keys()]).toEqual(['a', 'b', 'c', 'd']);
        expect(form.headers.map(({ name }) => name)).toEqual(['X-A', 'X-B', 'Content-Type']);
        for (const each of form.headers) expect(each.value).toMatch(/^[\x20-\x7e]*$/);
        expect([...new URLSearchParams(form.body).keys()]).toEqual(['a', 'b', 'c']);
        expect(JSON.parse(json.body ?? '')).toEqual({ a: expect.any(String), b: [{ c: expect.any(String) }, 1] });
      }),
      { numRuns: 2000 },
    );
  });

  it('is lost or altered on its way to a provider', () => {
    fc.assert(
      fc.property(value, (x) => {
        expect(new URL(urlOf(`${URL_}?x=\${x}`, { x })).searchParams.get('x')).toBe(x.toWellFormed());
        expect(new URLSearchParams(bodyOf(undefined, 'x=${x}', { x })).get('x')).toBe(x.toWellFormed());
        expect(JSON.parse(bodyOf(undefined, '{"x":"${x}"}', { x })).x.toWellFormed()).toBe(x.toWellFormed());
      }),
    );
  });
});
