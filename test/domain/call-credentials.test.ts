import { describe, expect, it } from 'vitest';
import { hasPassword, literalCredentials } from '../../src/domain/provider-call/call-credentials.ts';

describe('a password', () => {
  it.each([
    ['https://sms.example.com/http2sms.cgi?account=a-1&password=XXXXXXt&login=user&to=${PHONE}&noStop', true],
    ['https://user:pw@sms.example.com/', true],
    ['https://sms.example.com/?API_KEY=abc', true],
    ['https://sms.example.com/?accessToken=abc', true],
    ['https://sms.example.com/?password=${smsPassword}', false],
    ['https://sms.example.com/?password=&to=${PHONE}', false],
    ['https://sms.example.com/?to=${PHONE}&from=me@home.example', false],
    ['{"auth":{"secret":"abc"},"to":"${PHONE}"}', true],
    ['{"list":[{"pwd":123}]}', true],
    ['{"to":"${PHONE}","text":"${PIN}"}', false],
    ['login=a&pass=b', true],
    ['to=${PHONE}', false],
    ['<r><password>abc</password></r>', true],
    ['<r apikey="abc">${PIN}</r>', true],
    ['<r><to>${PHONE}</to></r>', false],
    ['Your code is ${PIN}', false],
  ])('in %s is seen: %s', (template, found) => {
    expect(hasPassword(template)).toBe(found);
  });

  it('is found wherever a call has one', () => {
    const secrets = literalCredentials({
      url: 'https://us%40er:hunter%32@sms.example.com/bot12345:ABCdefGHI/send?password=q%26pw&to=${PHONE}&text=Your code ${PIN}&c=ab',
      headers: `Authorization: Basic ${Buffer.from('login:basicpw').toString('base64')}\nX-Api-Key: hdrkey\nContent-Type: application/json`,
      body: '{"secret":"jsonpw ${PIN}","deep":[{"id":"leafid"}],"text":"Your code ${PIN}"}',
    });
    expect(secrets).toEqual(
      expect.arrayContaining([
        'us@er',
        'hunter2',
        'bot12345:ABCdefGHI',
        'q&pw',
        'basicpw',
        'login',
        'hdrkey',
        'jsonpw',
        'leafid',
      ]),
    );
    expect(secrets).not.toContain('');
    expect(
      secrets.some((each) => each.includes('Your code') || each.includes('json ') || each.includes('application')),
    ).toBe(false);
  });
});
