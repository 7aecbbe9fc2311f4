import { deviceTypes } from '../domain/device-types/index.ts';
import { OtpctlError } from '../domain/errors.ts';
import { toIso } from '../domain/instant.ts';
import { isRemote, notSignedIn, type RemotePlace } from '../domain/place.ts';
import { settingsOf } from '../domain/settings.ts';
import type { Backend } from '../ports/backend.ts';
import type { Context } from './context.ts';

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failure';
  readonly finding: string;
  /** What to do, where there is something. */
  readonly remedy?: string;
}

/** SQLite releases before it can corrupt a database that two processes write. */
const LEAST_SQLITE = [3, 51, 3];

/** Looks at everything that commands depend on, and changes nothing. */
export async function* checks(context: Context): AsyncIterable<Check> {
  const { node, sqlite } = context.versions;
  yield { check: 'runtime', state: 'ok', finding: `Node ${node}` };
  yield sqliteCheck(sqlite);
  yield await guarded('keyring', () => keyringCheck(context));
  const place = await context.place();
  if (isRemote(place)) {
    yield { check: 'profile', state: 'ok', finding: `${place.profile ?? 'no profile'}: the server ${place.url}` };
    yield await guarded('server', () => serverCheck(context, place));
    return;
  }
  yield { check: 'profile', state: 'ok', finding: 'a local store' };
  if (!(await context.isThere())) {
    const remedy = 'make one with  otpctl store init';
    yield { check: 'store', state: 'warning', finding: 'there is no store yet', remedy };
    return;
  }
  yield await guarded('store', async () => {
    const { path, devices, schema } = await (await context.storeAdmin()).info();
    return { finding: `${path}: ${devices.toLocaleString('en')} devices, schema ${schema}` };
  });
  const backend = await opened(context);
  if (backend === undefined) return;
  yield await guarded('master key', () => keyCheck(context, backend));
  yield await guarded('clock', () => clockCheck(context, backend));
  yield* channelChecks(backend);
}

function sqliteCheck(sqlite: string): Check {
  const numbers = sqlite.split('.').map(Number);
  const at = LEAST_SQLITE.findIndex((least, index) => numbers[index] !== least);
  const old = at >= 0 && (numbers[at] ?? 0) < (LEAST_SQLITE[at] ?? 0);
  if (!old) return { check: 'SQLite', state: 'ok', finding: sqlite };
  const finding = `${sqlite} can damage a store that several processes write`;
  return { check: 'SQLite', state: 'failure', finding, remedy: 'use a Node with SQLite 3.51.3 or later' };
}

async function keyringCheck(context: Context): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const { noKeyring } = await (await context.remote.credentials()).find('local', ['rsa-key']);
  if (noKeyring === undefined) return { finding: 'there is one, or none is needed' };
  return {
    state: 'warning',
    finding: `there is none: ${noKeyring}`,
    remedy: 'secrets of profiles are kept in a file (0600) that is not encrypted',
  };
}

async function serverCheck(
  context: Context,
  place: RemotePlace,
): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const { known, noKeyring } = await context.remote.signIn(place);
  const { url, dialect, signedIn, devices } = await context.remote.probe(place, known?.signIn);
  if (known === undefined || signedIn !== true) {
    const { message, hint } = notSignedIn(place, noKeyring);
    const finding = known === undefined ? message : `${url} does not take the credential`;
    return { state: 'failure', finding, ...(hint !== undefined && { remedy: hint }) };
  }
  const allowed = devices === 'readable' ? 'devices can be read' : `devices: ${devices}`;
  return { state: devices === 'readable' ? 'ok' : 'warning', finding: `${url} (${dialect}): signed in; ${allowed}` };
}

async function opened(context: Context): Promise<Backend | undefined> {
  try {
    return await context.backend();
  } catch (error) {
    // What is wrong with it was said of the store.
    if (error instanceof OtpctlError) return undefined;
    throw error;
  }
}

async function keyCheck(context: Context, { settings }: Backend): Promise<{ readonly finding: string }> {
  await settings.change({}, context.origin, { dryRun: true });
  const { key } = await (await context.storeAdmin()).info();
  return { finding: `opens the store; kept in ${key}` };
}

async function clockCheck(
  context: Context,
  { audit }: Backend,
): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const now = context.now();
  let last: number | undefined;
  for await (const { time } of audit.list({ limit: 1 })) last = time;
  if (last === undefined || now >= last) return { finding: toIso(now) };
  return {
    state: 'warning',
    finding: `${toIso(now)} is ${last - now} seconds before what the store saw last`,
    remedy: 'set the clock: codes that were used stay refused until it is right',
  };
}

/** The channels that carry codes, each with what the standards hold against it. */
async function* channelChecks({ settings }: Backend): AsyncIterable<Check> {
  const rows = await settings.list();
  const current = settingsOf(new Map(rows.map(({ key, value }) => [key, value])));
  for (const { channels = [], caution } of Object.values(deviceTypes)) {
    for (const channel of channels) {
      if (!current[channel].enabled) continue;
      yield {
        check: channel,
        state: 'warning',
        finding: `enabled; ${caution ?? ''}`,
        remedy: `try it:  otpctl settings test ${channel} --to ADDRESS`,
      };
    }
  }
}

async function guarded(
  check: string,
  look: () => Promise<Omit<Check, 'check' | 'state'> & Partial<Check>>,
): Promise<Check> {
  try {
    return { check, state: 'ok', ...(await look()) };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return { check, state: 'failure', finding: error.message, ...(error.hint !== undefined && { remedy: error.hint }) };
  }
}
