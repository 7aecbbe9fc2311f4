import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { planDigest } from '../../src/formats/plan-file.ts';
import { OLD, rowsOf } from '../support/bulk.ts';
import { servedPlace, soffidPlace } from '../support/remote-places.ts';
import { many } from '../support/stock.ts';

const RUN = 'bulk disable-stale --unused-since 2022-01-01';

/** Has a plan say something else, with the digest of that. */
function forge(path: string, from: string, to: string): void {
  const [, ...rest] = readFileSync(path, 'utf8').replace(from, to).split('\n');
  const body = rest.join('\n');
  writeFileSync(path, `${JSON.stringify({ sha256: planDigest(Buffer.from(body.replace(/\n$/, ''))) })}\n${body}`);
}

describe.each([
  ['otpctl', servedPlace],
  ['Soffid', soffidPlace],
] as const)('at %s', (_name, place) => {
  const devices = [...many(3, { lastUsed: OLD }), { user: 'admin', status: 'V', lastUsed: OLD } as const];

  it('a plan with the id of another device leaves that alone, and says so', async () => {
    const remote = await place(devices);
    const path = join(remote.home, 'plan');
    await remote.run(`${RUN} --user user1 --plan-out ${path}`);
    forge(path, '"id":"2"', '"id":"4"');
    const outcome = await remote.run(`bulk apply ${path} --yes -o jsonl`);
    expect(rowsOf(outcome)).toMatchObject([{ id: '4', outcome: 'skipped' }]);
    expect(rowsOf(outcome)[0]?.['reason']).toContain('of admin');
    expect(remote.statuses()).toBe('VVVV');
  });

  it('a plan is not applied with another digest than was reviewed', async () => {
    const remote = await place(devices);
    const path = join(remote.home, 'plan');
    const digest = (await remote.run(`${RUN} --user user1 --plan-out ${path}`)).stdout.trim();
    forge(path, '"id":"2"', '"id":"4"');
    expect(await remote.run(`bulk apply ${path} --digest ${digest} --yes`)).toMatchObject({ exit: 5 });
  });

  it('a journal that somebody wrote to has no other device undone or resumed', async () => {
    const remote = await place(devices);
    const journal = join(remote.home, 'runs.db');
    const line = (verb: string) => remote.run(`bulk ${verb} --journal ${journal} --yes -o jsonl`);
    await line('disable-stale --unused-since 2022-01-01 --user user1');
    await remote.run('device disable 4');
    const file = new DatabaseSync(journal);
    file.exec(`UPDATE run_rows SET device_id = '4'`);
    file.close();
    expect(rowsOf(await line('undo 1'))).toMatchObject([{ id: '4', outcome: 'skipped' }]);
    expect(remote.statuses()).toBe('VDVD');
  });
});
