import { describe, expect, it } from 'vitest';
import { soffidPlace } from '../support/remote-places.ts';
import { many } from '../support/stock.ts';

/** What a person asks for, and what the service has no way to do. */
const REFUSED: readonly (readonly [line: string, what: string])[] = [
  ['audit list', 'to read its audit log'],
  ['audit list -o csv', 'to read its audit log'],
  ['audit export', 'to read its audit log'],
  ['audit verify', 'to verify its audit log'],
  ['settings list', 'to read its settings'],
  ['settings get totp.digits', 'to read its settings'],
  ['settings export', 'to read its settings'],
  ['settings set totp.digits=8', 'to change its settings'],
  ['settings unset totp.digits', 'to change its settings'],
  ['user list', 'to list users'],
  ['user list -o csv', 'to list users'],
  ['user show ada', 'to look up users'],
  ['user set ada --attr city=London', 'to change users'],
  ['user remove ada', 'to remove users'],
  ['apikey list', 'to list API keys'],
  ['apikey create desk --role query', 'to make API keys'],
  ['apikey rotate desk', 'to rotate API keys'],
  ['apikey revoke desk', 'to revoke API keys'],
  ['device resync 1 338314 254676', 'to resynchronise a device'],
  ['device update 1 --email ada@example.org', 'to change the address or number of a device'],
  ['device reset-fails 1', 'to reset the fails of a device'],
];

describe('at a server that is no otpctl', () => {
  it.each(REFUSED)('%s  is exit 5: it has no way %s', async (line, what) => {
    const place = await soffidPlace(many(1, { status: 'V' }));
    const { exit, stdout, stderr } = await place.run(line);
    expect({ exit, stdout }).toEqual({ exit: 5, stdout: '' });
    expect(stderr).toContain(`this server has no way ${what}`);
    expect(stderr).toContain('it can be done in a local store');
    expect(place.double.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('settings test  says that nothing was tried, and is exit 5', async () => {
    const place = await soffidPlace([]);
    const { exit, stdout, stderr } = await place.run('settings test email --to ada@example.com -o json');
    expect({ exit, stdout }).toEqual({ exit: 5, stdout: '[]\n' });
    expect(JSON.parse(stderr).error.message).toBe('this server has no way to test its channels');
  });
});
