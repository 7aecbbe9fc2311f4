import { describe, expect, it } from 'vitest';
import { loggedTarget } from '../../src/server/log/logged-target.ts';

const KEY = `otpctl_0123456789ab_${'0123456789abcdef'.repeat(3)}`;

describe('a target in the log', () => {
  it.each([
    ['/otpctl/v1/devices/1/verify', '/otpctl/v1/devices/1/verify'],
    ['/otpctl/v1/users/ada%40example.com', '/otpctl/v1/users/ada%40example.com'],
    ['/otpctl/v1/users/ada@example.com', '/otpctl/v1/users/ada@example.com'],
    ['/scim/v2/OtpDevice?filter=user+eq+%22x%22', '/scim/v2/OtpDevice'],
    ['/a#b', '/a'],
    ['http://localhost/healthz', '/healthz'],
    ['http://localhost:8080', ''],
    ['*', ''],
    ['', ''],
  ])('%s is %s', (target, path) => {
    expect(loggedTarget(target)).toBe(path);
  });

  it.each([
    'http://ada:hunter2@localhost/healthz',
    'HTTPS://hunter2@localhost/healthz?x',
    'http://ada:hunter2@localhost',
    'http://ada:x/hunter2@localhost/healthz',
    'http://ada:x?hunter2@localhost/healthz',
    'http://ada:x#hunter2@localhost/healthz',
    'http://ada:x@hunter2@localhost/healthz',
    'ws+unix://ada:hunter2@localhost/healthz',
    'ada:hunter2@localhost:443',
    'mailto:hunter2@localhost',
    '//ada:hunter2@localhost/healthz',
    '//hunter2@localhost/healthz',
    '/http://ada:hunter2@localhost/healthz',
    '/http:/ada:hunter2@localhost/healthz',
    '/http%3A%2F%2Fada%3Ahunter2%40localhost',
    '/x//ada%3Ahunter2%40localhost',
    '/x/ada%253Ahunter2%2540localhost',
    '/x/ada%25253ahunter2%252540localhost',
    '/ada:hunter2%2540localhost',
    '/healthz%253Fpassword%253Dhunter2',
    '/healthz?password=hunter2',
    '/healthz?a=b#hunter2',
    '/healthz;password=hunter2',
    '/healthz%3Ftoken=hunter2',
    '/healthz%3fcode%3Dhunter2&x',
    '/oauth/access_token=hunter2/x',
    `/${'x'.repeat(280)}/ada:hunter2@localhost`,
  ])('%.60s has no password in it', (target) => {
    expect(loggedTarget(target)).not.toContain('hunter2');
  });

  it.each([`/otpctl/v1/apikeys/${KEY}`, `/${KEY.slice(-48)}`, `/x/${KEY.toUpperCase()}`, `/${'x'.repeat(260)}${KEY}`])(
    '%.60s has no API key in it',
    (target) => {
      expect(loggedTarget(target).toLowerCase()).not.toMatch(/[0-9a-f]{20}/);
    },
  );

  it('is short, whatever its length and shape', () => {
    for (const part of ['/', '//', ':', '@', ':@', '/:@', 'http://', 'key=', '%3d', '?'])
      expect(loggedTarget(`/${part.repeat(16_000 / part.length)}`).length).toBeLessThanOrEqual(300);
  });
});
