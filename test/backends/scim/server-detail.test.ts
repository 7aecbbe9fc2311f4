import { describe, expect, it } from 'vitest';
import { serverDetail } from '../../../src/backends/scim/transport/failures.ts';

const nothing = (text: string) => text;
const said = (detail: string, mask = nothing) => serverDetail(JSON.stringify({ detail }), mask);

describe('the detail of a server', () => {
  it.each([
    ['java.lang.Exception: Wrong code', 'Wrong code'],
    ['caused by: com.soffid.iam.otp.X: no such device', ': no such device'],
    ['com.soffid.iam.X$Inner_1 : no', ': no'],
    ['at com.soffid.iam.Foo.bar(Foo.java:3)', 'at .bar(Foo.java:3)'],
    ['see example.com and v1.2.Final. Or a.B', 'see example.com and v1.2.Final. Or a.B'],
    ['see com.soffid.iam.X.', 'see .'],
    ['\r\n\n  \n second', 'second'],
    ['java.lang.NullPointerException', ''],
  ])('%j is %j', (detail, shown) => {
    expect(said(detail)).toBe(shown);
  });

  it('leaves nothing of a secret that its end goes through', () => {
    const mask = (text: string) => text.replaceAll('topsecret', '*');
    for (let before = 280; before < 310; before++) {
      expect(said(`${'x'.repeat(before)}topsecret`, mask)).not.toContain('top');
    }
    const names = 'a.b.C '.repeat(1330);
    for (let before = 0; before < 30; before++) {
      expect(said(`${names}${'x'.repeat(before)} topsecret and more`, mask)).not.toContain('top');
    }
  });

  // Ten times the square of these would be minutes.
  it.each([
    ['names with dots', 'a.'.repeat(80_000)],
    ['names of packages', 'a.b.c1.d_e.'.repeat(15_000)],
    ['classes', 'a.b.C.'.repeat(27_000)],
    ['spaces', ' '.repeat(160_000)],
    ['words and spaces', `x${' '.repeat(160_000)}x`],
    ['lines', '\n'.repeat(160_000)],
    ['a word', 'a'.repeat(160_000)],
  ])('of much text, %s, takes no time', { timeout: 5000 }, (_what, text) => {
    expect(said(text).length).toBeLessThanOrEqual(300);
  });
});
