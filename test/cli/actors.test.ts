import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { servedStore } from '../support/served-store.ts';
import { readRow, tamper } from '../support/sql.ts';

type Entry = { readonly actor: string; readonly action: string };

const NAME = userInfo().username;

/** A store in which the OS user made a key of the same name, which did something too, and an entry as they were before. */
async function bothNamed() {
  const home = temporaryHome();
  const served = await servedStore({}, home);
  const options = { home, environment: { OTPCTL_STORE: served.store } };
  const { key } = await json<{ key: string }>(['apikey', 'create', NAME, '--role', 'super'], options);
  await served.send(key, 'POST', '/otpctl/v1/devices', { type: 'TOTP', user: 'ada' });
  await served.beside.transition('1', 'lock', { actor: NAME });
  return { options, key, url: served.url, store: served.store };
}

describe('the actor of an entry', () => {
  it('says whether it is an OS user or an API key: neither can pass for the other', async () => {
    const { options } = await bothNamed();
    const entries = await json<Entry[]>(['audit', 'list'], options);
    expect(entries.map(({ actor, action }) => [actor, action])).toEqual([
      ['tester', 'store.init'],
      [`user:${NAME}`, 'apikey.create'],
      [`key:${NAME}`, 'device.create'],
      [NAME, 'device.lock'],
    ]);
    for (const name of [`user:${NAME}`, 'key:x', ':'])
      expect((await otpctl(['apikey', 'create', name, '--role', 'query'], options)).exit).toBe(2);
  });

  it('is found by its plain name in entries old and new, and by the whole of it alone', async () => {
    const { options, key, url } = await bothNamed();
    const remote = { home: options.home, environment: { OTPCTL_URL: url, OTPCTL_TOKEN: key } };
    for (const at of [options, remote]) {
      const found = async (actor: string) =>
        (await json<Entry[]>(['audit', 'list', '--actor', actor], at)).map(({ action }) => action);
      expect(await found(NAME)).toEqual(['apikey.create', 'device.create', 'device.lock']);
      expect(await found(`user:${NAME}`)).toEqual(['apikey.create']);
      expect(await found(`key:${NAME}`)).toEqual(['device.create']);
      expect(await found('nobody')).toEqual([]);
      expect(await found(`${NAME}%`)).toEqual([]);
    }
  });

  it('is in the journal of a run, and told by why', async () => {
    const { options, store } = await bothNamed();
    await otpctl(['bulk', 'update', '--set-status', 'disabled', '--user', 'ada', '--yes'], options);
    expect(readRow(store, 'SELECT actor FROM runs')).toEqual({ actor: `user:${NAME}` });
    expect((await otpctl(['why', 'ada'], options)).stdout).toContain(`by user:${NAME}`);
  });

  it('leaves a log that is older as it was', async () => {
    const { options, store } = await bothNamed();
    expect(await json(['audit', 'verify'], options)).toEqual({ intact: true, entries: 4 });
    tamper(store, `UPDATE audit SET actor = 'user:${NAME}' WHERE seq = 4`);
    expect((await otpctl(['audit', 'verify'], options)).exit).toBe(1);
  });
});
