import { describe, expect, it } from 'vitest';
import { NEW_YEAR } from '../support/fixed.ts';
import { servedPlace, soffidPlace } from '../support/remote-places.ts';
import { DAY } from '../support/stock.ts';

const USED = NEW_YEAR - DAY;
/** Two devices of ada, the first used last, and one of bob: everything that there is. */
const ALL = [
  { user: 'ada', lastUsed: USED },
  { user: 'ada', lastUsed: USED - DAY },
  { user: 'bob', lastUsed: USED },
];
const line = (mode: string) =>
  `bulk update --set-status disabled --status enabled --last-device ${mode} --yes -o jsonl`;

describe.each([
  ['Soffid', soffidPlace],
  ['otpctl', servedPlace],
] as const)('a run over all enabled devices on %s', (_, place) => {
  // As many as there are, and as many as there are but for one that stays.
  describe.each([
    ['all that there are', ALL, ''],
    ['all but a disabled one', [...ALL, { user: 'eve', status: 'D' as const }], 'D'],
  ])('of %s', (__, devices, rest) => {
    it('warns of every user who is left without one', async () => {
      const remote = await place(devices);
      const { exit, stderr } = await remote.run(line('warn'));
      expect({ exit, statuses: remote.statuses() }).toEqual({ exit: 0, statuses: `DDD${rest}` });
      expect(stderr).toContain('2 users will be left without an enabled device');
    });

    it('leaves each the one that was used last, if it is to', async () => {
      const remote = await place(devices);
      expect((await remote.run(line('skip'))).exit).toBe(0);
      expect(remote.statuses()).toBe(`VDV${rest}`);
    });

    it('changes nothing, if it is to refuse', async () => {
      const remote = await place(devices);
      expect((await remote.run(line('refuse'))).exit).toBe(5);
      expect(remote.statuses()).toBe(`VVV${rest}`);
    });
  });
});
