import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { pngQr } from '../../src/output/qr-image.ts';
import { buildApp } from '../../src/server/build-app.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { systemRandom } from '../../src/system/random.ts';
import { type Outcome, otpctl } from './cli.ts';
import { countedRandom, fixedClock, NEW_YEAR } from './fixed.ts';
import { temporaryHome } from './home.ts';
import { openBackend } from './open-context.ts';
import { OPERATOR, type SoffidDouble, startSoffid } from './soffid/soffid-server.ts';
import { readRow } from './sql.ts';
import { DAY, type Stocked, stocked } from './stock.ts';

/** A server with devices, and an operator elsewhere who is signed in to it. */
export interface RemotePlace {
  readonly url: string;
  /** The home of the operator. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command line of words with single spaces, at this server or by another way to it. */
  run(line: string, url?: string): Promise<Outcome>;
  /** The letters of the devices, in the order of their ids. */
  statuses(): string;
}

export interface ServedPlace extends RemotePlace {
  readonly app: FastifyInstance;
  readonly store: string;
  /** How often each device was changed, by its entries in the audit log: the least and the most. */
  changes(): { readonly least: number; readonly most: number; readonly devices: number };
}

/** An `otpctl serve` over a store with these devices, whose ids are 1, 2, 3 ... */
export async function servedPlace(devices: readonly Stocked[], base = '/scim/v2'): Promise<ServedPlace> {
  const { home, store } = await stocked(devices);
  const clock = fixedClock();
  const backend = await openBackend(home, { clock }, store);
  const { key } = await backend.apiKeys.create({ name: 'desk', roles: ['super'] }, { actor: 'tester' });
  const app = await buildApp({
    ...{ backend, clock, random: systemRandom, log: { write: () => {} } },
    names: { names: [], any: true },
    mounts: [(server, surface) => registerScim(server, { ...surface, qrPng: pngQr })],
  });
  const { url, ...rest } = await operator(
    async () => {
      await app.listen({ host: '127.0.0.1', port: 0 });
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}${base}`;
    },
    { OTPCTL_TOKEN: key.exposeText() },
  );
  onTestFinished(async () => {
    await app.close();
    backend.close();
  });
  return {
    ...{ url, app, store },
    ...rest,
    statuses: () =>
      String(readRow(store, `SELECT group_concat(status, '') AS s FROM (SELECT * FROM devices ORDER BY id)`)['s']),
    changes() {
      const each = `SELECT count(*) AS n FROM audit WHERE device_id IS NOT NULL GROUP BY device_id`;
      const sql = `SELECT count(*) AS devices, min(n) AS least, max(n) AS most FROM (${each})`;
      return readRow(store, sql) as ReturnType<ServedPlace['changes']>;
    },
  };
}

export interface SoffidPlace extends RemotePlace {
  readonly double: SoffidDouble;
  /** How often each status was really changed, by the id of its device. */
  readonly changed: ReadonlyMap<bigint, number>;
}

/** The double of Soffid's service with these devices, whose ids are 1, 2, 3 ... */
export async function soffidPlace(devices: readonly Stocked[]): Promise<SoffidPlace> {
  const double = await startSoffid({ clock: fixedClock(), random: countedRandom() });
  onTestFinished(() => double.close());
  const changed = new Map<bigint, number>();
  devices.forEach(({ user, status: first = 'V', lastUsed, created = NEW_YEAR - 1000 * DAY, fails = 0 }, at) => {
    const id = BigInt(at + 1);
    let status: string = first;
    double.devices.set(id, {
      ...{ id, name: `TOTP${String(at + 1).padStart(8, '0')}`, type: 'EMAIL', user, fails },
      ...{ created: created * 1000, ...(lastUsed !== undefined && { lastUsed: lastUsed * 1000 }) },
      get status() {
        return status;
      },
      set status(to) {
        if (to !== status) changed.set(id, (changed.get(id) ?? 0) + 1);
        status = to;
      },
    });
  });
  const { username, password } = OPERATOR;
  const rest = await operator(async () => double.url, { OTPCTL_USERNAME: username, OTPCTL_PASSWORD: password });
  return {
    ...rest,
    double,
    changed,
    statuses: () => [...double.devices.values()].map(({ status }) => status).join(''),
  };
}

async function operator(listening: () => Promise<string>, signIn: Readonly<Record<string, string>>) {
  const home = temporaryHome();
  const url = await listening();
  const environment = { ...signIn, OTPCTL_URL: url };
  const run = (line: string, at = url) =>
    otpctl(line.split(' '), { home, clock: fixedClock(), environment: { ...signIn, OTPCTL_URL: at } });
  return { home, url, environment, run };
}

/** The rows that a run printed as JSON lines. */
export function rowsOf({ stdout }: Pick<Outcome, 'stdout'>): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A run over every stale device, told of as JSON lines. */
export const RUN = 'bulk disable-stale --unused-for 90d --max-percent 100 --ignore-signal --yes -o jsonl';

/** How many rows had each outcome. */
export function outcomes(rows: readonly Record<string, unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
  return counts;
}

/** The journal of an operator's runs at servers. */
export function journalOf({ home }: RemotePlace): string {
  return join(home, '.local/state/otpctl/runs.db');
}
