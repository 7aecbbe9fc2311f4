import { describe, expect, it } from 'vitest';
import { ehloName, emailSender, smtpServer } from '../../src/domain/provider-call/email-channel.ts';

describe('an SMTP URL', () => {
  it.each([
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, implicitTls: true, loopback: false }],
    ['smtp://mail.example.com/', { host: 'mail.example.com', port: 587, implicitTls: false, loopback: false }],
    ['SMTP://Mail.Example.com:25', { host: 'mail.example.com', port: 25, implicitTls: false, loopback: false }],
    ['smtp://mail.example.com:443', { host: 'mail.example.com', port: 443, implicitTls: false, loopback: false }],
    ['smtp://localhost:1025', { host: 'localhost', port: 1025, implicitTls: false, loopback: true }],
    ['smtp://127.9.9.9', { host: '127.9.9.9', port: 587, implicitTls: false, loopback: true }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, implicitTls: false, loopback: true }],
    ['smtp://0x7f000001', { host: '127.0.0.1', port: 587, implicitTls: false, loopback: true }],
    ['smtp://localhost.example.com', { host: 'localhost.example.com', port: 587, implicitTls: false, loopback: false }],
    ['smtp://127.0.0.1.example.com', { host: '127.0.0.1.example.com', port: 587, implicitTls: false, loopback: false }],
    ['smtp://0.0.0.0', { host: '0.0.0.0', port: 587, implicitTls: false, loopback: false }],
    ['smtp://bücher.example', { host: 'xn--bcher-kva.example', port: 587, implicitTls: false, loopback: false }],
    [
      ' smtps://us%40er:p%3A%2F%25@mail.example.com:4650 ',
      {
        host: 'mail.example.com',
        port: 4650,
        implicitTls: true,
        loopback: false,
        signIn: { user: 'us@er', password: 'p:/%' },
      },
    ],
  ])('%s is read', (url, server) => {
    expect(smtpServer(url)).toEqual(server);
  });

  it.each([
    ['mail.example.com', 'not one'],
    ['https://mail.example.com', 'not one'],
    ['smtp:mail.example.com', 'not one'],
    ['smtp://', 'not one'],
    ['smtp:///x', 'not one'],
    ['smtp://mail.example.com:99999', 'not one'],
    ['smtp://mail example.com', 'not one'],
    ['smtp://mail.example.com\r\n', 'not one'],
    ['smtp://mail.example.com/s3cr3t', 'more in it'],
    ['smtp://mail.example.com?tls.rejectUnauthorized=false', 'more in it'],
    ['smtp://mail.example.com#s3cr3t', 'more in it'],
    ['smtp://user@mail.example.com', 'needs both'],
    ['smtp://:s3cr3t@mail.example.com', 'needs both'],
    ['smtp://user:s3cr3t%@mail.example.com', 'a % that encodes nothing'],
  ])('%j is refused, and not repeated: %s', (url, why) => {
    expect(() => smtpServer(url)).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(why) }),
    );
    expect(() => smtpServer(url)).not.toThrow(/s3cr3t/);
  });
});

describe('a sender', () => {
  it.each([
    ['no-reply@example.com', { name: '', address: 'no-reply@example.com' }],
    ['Access <no-reply@example.com>', { name: 'Access', address: 'no-reply@example.com' }],
    ['"Acme, Inc." <no-reply@example.com> ', { name: 'Acme, Inc.', address: 'no-reply@example.com' }],
    ['<no-reply@example.com>', { name: '', address: 'no-reply@example.com' }],
    ['Zugänge 😀 <a@b.example>', { name: 'Zugänge 😀', address: 'a@b.example' }],
  ])('%s is read', (text, sender) => {
    expect(emailSender(text)).toEqual(sender);
  });

  it.each([
    '',
    'Access',
    'a@b.example, c@d.example',
    'A <a@b.example> <c@d.example>',
    'A\r\nBcc: x <a@b.example>',
    'A <a>',
  ])('is not %j', (text) => {
    expect(() => emailSender(text)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

describe('a name for EHLO', () => {
  it.each([
    ['otp.example.com', 'otp.example.com'],
    [' Otp-1.example ', 'Otp-1.example'],
    ['localhost', 'localhost'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['[192.0.2.1]', '[192.0.2.1]'],
    ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
  ])('is %s', (text, name) => {
    expect(ehloName(text)).toBe(name);
  });

  it.each([
    '',
    'a b',
    'a\r\nMAIL FROM:<eve@example.com>',
    'otp.example.com.',
    '-a.example',
    'a_b.example',
    'a..b',
    '192.0.2.1',
    '[192.0.2.256]',
    '[192.0.2]',
    '[IPv6:g::1]',
    '[2001:db8::1]',
    'https://otp.example.com',
    'otp.example.com/x',
    'bücher.example/x y',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
  ])('is not %j', (text) => {
    expect(() => ehloName(text)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});
