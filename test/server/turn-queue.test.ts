import { describe, expect, it } from 'vitest';
import { createTurnQueue } from '../../src/server/limits/turn-queue.ts';
import { servedStore } from '../support/served-store.ts';

describe('turns of the event loop', () => {
  it('are for one at a time, in the order in which they were asked for', async () => {
    const turn = createTurnQueue();
    let loop = 0;
    let counting = setImmediate(function count() {
      loop += 1;
      counting = setImmediate(count);
    });
    const seen: string[] = [];
    const loops: number[] = [];
    const worker = async (name: string) => {
      for (let piece = 1; piece <= 3; piece++) {
        await turn();
        seen.push(`${name}${piece}`);
        loops.push(loop);
      }
    };
    await Promise.all([worker('a'), worker('b')]);
    clearImmediate(counting);
    expect(seen).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    expect(new Set(loops).size).toBe(loops.length);
  });
});

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

describe('a request of many changes', () => {
  it('lets others through between two of them', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    for (let at = 0; at < 2; at++)
      await served.send(key, 'POST', '/otpctl/v1/devices', { type: 'TOTP', user: `u${at}` });
    const operations = Array.from({ length: 100 }, (_, at) => ({
      method: 'PATCH',
      path: '/OtpDevice/1',
      data: { schemas: [PATCH], Operations: [{ op: 'replace', path: 'status', value: at % 2 === 0 ? 'V' : 'D' }] },
    }));
    const bulk = served.send(key, 'POST', '/scim/v2/Bulk', { schemas: [BULK], Operations: operations });
    await served.send(key, 'POST', '/otpctl/v1/devices/2/disable', {});
    expect((await bulk).status).toBe(200);
    const entries = (await Array.fromAsync(served.beside.audit.list({}))).flat();
    const other = entries.findIndex(({ deviceId, action }) => deviceId === '2' && action === 'device.disable');
    expect(entries.slice(other).some(({ deviceId }) => deviceId === '1')).toBe(true);
  });

  it('gives a user 100 attributes at most, however often it is asked', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    const set = async (from: number, to: number) => {
      const attributes = Object.fromEntries(Array.from({ length: to - from }, (_, at) => [`a${from + at}`, 'x']));
      const users = [{ name: 'ada', attributes }];
      return (await served.send(key, 'PATCH', '/otpctl/v1/users', { users })).status;
    };
    expect([await set(0, 60), await set(60, 100), await set(99, 101), await set(0, 100)]).toEqual([200, 200, 400, 200]);
  });

  it('has 500 users at most', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    const users = Array.from({ length: 501 }, (_, at) => ({ name: `u${at}`, attributes: {} }));
    expect((await served.send(key, 'PATCH', '/otpctl/v1/users', { users })).status).toBe(400);
    expect((await served.send(key, 'PATCH', '/otpctl/v1/users', { users: users.slice(1) })).status).toBe(200);
  });
});
