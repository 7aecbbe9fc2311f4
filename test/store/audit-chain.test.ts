import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { OTHERS, tamper } from '../support/sql.ts';

async function storeWithHistory(): Promise<string> {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
  for (const verb of ['enable', 'lock', 'unlock', 'disable'])
    await otpctl(['device', verb, '1', '--reason', verb], { home });
  return home;
}

describe('the audit log', () => {
  it('is whole after every kind of change, and says so', async () => {
    const home = await storeWithHistory();
    expect(await json(['audit', 'verify'], { home })).toEqual({ intact: true, entries: 6 });
  });

  it.each([
    ['an edit', `UPDATE audit SET result = 'ok' WHERE seq = 3`, 3],
    ['an edit of the actor', `UPDATE audit SET actor = 'eve' WHERE seq = 1`, 1],
    ['an edit of the reason', `UPDATE audit SET reason = NULL WHERE seq = 4`, 4],
    ['an edit of the time', 'UPDATE audit SET time = time - 1 WHERE seq = 6', 6],
    ['an edit of the user that it is filed under', `UPDATE audit SET user_fold = 'bob' WHERE seq = 2`, 2],
    ['an edit of the device that it is filed under', `UPDATE audit SET device_id = '7' WHERE seq = 2`, 2],
    ['a deletion', 'DELETE FROM audit WHERE seq = 3', 3],
    [
      'a deletion that closes the gap',
      'DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3',
      3,
    ],
    ['a deletion at the start', 'DELETE FROM audit WHERE seq = 1', 1],
    ['a cut tail', 'DELETE FROM audit WHERE seq > 4', 5],
    [
      'a cut tail with its anchor moved',
      'DELETE FROM audit WHERE seq > 4; UPDATE audit_anchor SET count = 4, head = (SELECT mac FROM audit WHERE seq = 4)',
      4,
    ],
    ['an empty log', 'DELETE FROM audit', 1],
    [
      'a reordering',
      'UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 99',
      2,
    ],
    ['an insertion', `INSERT INTO audit SELECT 7, ${OTHERS} FROM audit WHERE seq = 6`, 7],
    ['a log without its anchor', 'DELETE FROM audit_anchor', 6],
  ])('shows %s', async (_what, sql, seq) => {
    const home = await storeWithHistory();
    tamper(storeOf(home), `PRAGMA foreign_keys = OFF; ${sql}`);
    const { exit, stdout } = await otpctl(['audit', 'verify', '-o', 'json'], { home });
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ intact: false, seq, finding: expect.any(String) });
    const check = await otpctl(['store', 'check'], { home });
    expect(check.exit).toBe(1);
  });

  it('names the first bad entry to a person', async () => {
    const home = await storeWithHistory();
    tamper(storeOf(home), 'DELETE FROM audit WHERE seq = 3');
    expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 1, stdout: 'entry 3 is missing\n' });
  });

  it('keeps who, what, why and for which ticket', async () => {
    const home = await storeWithHistory();
    await otpctl(['device', 'enable', '1', '--reason', 'found it', '--ticket', 'T-1'], { home });
    const entries = await json<Record<string, unknown>[]>(['audit', 'list', '--action', 'device.enable'], { home });
    expect(entries).toHaveLength(2);
    expect(entries[1]).toEqual({
      seq: 7,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      actor: expect.stringMatching(/./),
      action: 'device.enable',
      object: 'device 1 Security number of ada',
      result: 'ok: disabled to enabled',
      reason: 'found it',
      ticket: 'T-1',
      verdict: 'ok',
      deviceId: '1',
      type: 'PIN',
      user: 'ada',
      userId: '1',
      chain: 1,
      cursor: expect.stringMatching(/^[A-Za-z0-9_-]{4,}$/),
    });
  });

  it('outlives a deleted device', async () => {
    const home = await storeWithHistory();
    await otpctl(['device', 'delete', '1', '--yes'], { home });
    const entries = await json<{ action: string }[]>(['audit', 'list', '--device', '1'], { home });
    expect(entries.map(({ action }) => action)).toEqual([
      'device.create',
      'device.enable',
      'device.lock',
      'device.unlock',
      'device.disable',
      'device.delete',
    ]);
  });

  it('is listed by user, actor, time and newest so many', async () => {
    const home = await storeWithHistory();
    const seqs = async (...options: string[]) =>
      (await json<{ seq: number }[]>(['audit', 'list', ...options], { home })).map(({ seq }) => seq);
    expect(await seqs('--user', 'ADA')).toEqual([2, 3, 4, 5, 6]);
    expect(await seqs('--user', 'bob')).toEqual([]);
    expect(await seqs('--limit', '2')).toEqual([5, 6]);
    expect(await seqs('--since', '2999-01-01')).toEqual([]);
    expect(await seqs('--until', '2000-01-01')).toEqual([]);
    expect(await seqs('--actor', 'nobody-at-all')).toEqual([]);
  });

  it('is exported with its chain, and its anchor last', async () => {
    const home = await storeWithHistory();
    const { stdout } = await otpctl(['audit', 'export'], { home });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const anchor = lines.pop();
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(anchor).toEqual({
      anchor: { count: 6, head: lines.at(-1).mac, mac: expect.stringMatching(/^[0-9a-f]{64}$/) },
      proof: { first: 1, last: 6, previous: '0'.repeat(64), hash: lines.at(-1).hash },
    });
  });
});
