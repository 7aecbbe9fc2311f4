import { describe, expect, it } from 'vitest';
import { changeSettings } from '../../src/domain/settings/change-settings.ts';

describe('the tags of templates that change', () => {
  it('are looked for among users, and of very many only the first, which is said', () => {
    const asked: string[] = [];
    const body = `\${PIN}${Array.from({ length: 2000 }, (_, at) => `\${t${at}}`).join('')}`;
    const given = { 'email.body': body, 'email.subject': '${t0}' };
    const { notices } = changeSettings(new Map(), given, (tag) => {
      asked.push(tag);
      return tag === 't3';
    });
    expect(asked).toHaveLength(10);
    expect(notices.filter((notice) => notice.includes('no user has the attribute'))).toHaveLength(9);
    expect(notices.at(-1)).toBe(
      'warning: whether users have what 1,991 further tags name was not looked for, since each takes a look at all of them',
    );
  });
});
