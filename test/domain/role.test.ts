import { describe, expect, it } from 'vitest';
import { type Grant, grantsOf, rolesOf } from '../../src/domain/api-key/role.ts';

describe('roles', () => {
  it.each<[readonly Grant[], readonly string[]]>([
    [['query'], ['query']],
    [['verify'], ['query', 'verify']],
    [['unlock'], ['query', 'unlock']],
    [['cancel'], ['cancel', 'query']],
    [['enroll'], ['enroll', 'query']],
    [['door'], ['door']],
    [['export'], ['export']],
    [['manage'], ['cancel', 'enroll', 'manage', 'query', 'unlock', 'verify']],
    [['audit'], ['audit']],
    [['helpdesk'], ['cancel', 'enroll', 'query', 'unlock', 'verify']],
    [['super'], ['audit', 'cancel', 'door', 'enroll', 'export', 'manage', 'query', 'unlock', 'verify']],
    [
      ['audit', 'verify'],
      ['audit', 'query', 'verify'],
    ],
  ])('%j amount to %j', (grants, roles) => {
    expect([...rolesOf(grants)].sort()).toEqual(roles);
  });

  it('are read once each, and only where they are known', () => {
    expect(grantsOf(['super', 'query', 'super'])).toEqual(['query', 'super']);
    expect(() => grantsOf(['root'])).toThrow('there is no role "root"');
    expect(() => grantsOf([])).toThrow('a key needs a role');
  });
});
