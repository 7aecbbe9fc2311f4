import { deviceTypes } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { isRemote, notSignedIn, type Place, type RemotePlace } from '../../domain/place/place.ts';
import { settingsOf } from '../../domain/settings/settings.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { counted } from '../../domain/text/counted.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Ds100Admin } from '../../ports/ds100-admin.ts';
import type { Findings } from '../../ports/servers/probe.ts';
import type { StoreInfo } from '../../ports/store/store-admin.ts';
import type { Context } from '../context.ts';
import { offered } from '../offered.ts';
import { secondsBehind } from './clock-check.ts';
import { leadsToRsa, tryRsa } from './rsa-access.ts';
import { isOldSqlite, LEAST_SQLITE } from './sqlite-version.ts';

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failure';
  readonly finding: string;
  /** What to do, where there is something. */
  readonly remedy?: string;
}

/** Looks at everything that commands depend on, and changes nothing. */
export async function* checks(context: Context): AsyncIterable<Check> {
  const { node, sqlite } = context.versions;
  yield { check: 'runtime', state: 'ok', finding: `Node ${node}` };
  yield sqliteCheck(sqlite);
  yield await guarded('keyring', () => keyringCheck(context));
  let place: Place | undefined;
  yield await guarded('profile', async () => {
    place = await context.place();
    return { finding: placeText(place) };
  });
  if (leadsToRsa(context, place)) yield* rsaChecks(context, place ?? {});
  if (place === undefined) return;
  if (isRemote(place)) {
    const server = place;
    yield await guarded('server', () => serverCheck(context, server));
    return;
  }
  const { scope } = place;
  if (scope !== undefined) {
    yield await guarded('scope', () => scopeCheck(context, scope));
    return;
  }
  let info: StoreInfo | undefined;
  yield await guarded('store', async () => {
    if (!(await context.isThere())) {
      return { state: 'warning', finding: 'there is no store yet', remedy: 'make one with  otpctl store init' };
    }
    info = await (await context.storeAdmin()).info();
    return storeFinding(info);
  });
  // What is older would be brought forward by a look into it.
  if (info === undefined || info.schema < info.newest) return;
  const backend = await unlessRefused(() => context.backend());
  if (backend === undefined) return;
  yield await guarded('master key', () => keyCheck(context, backend));
  yield* settingsChecks(context);
  yield await guarded('secrets', () => secretsCheck(context));
  yield await guarded('clock', () => clockCheck(context, backend));
  yield* channelChecks(backend);
}

function placeText(place: Place): string {
  const named = place.profile === undefined ? 'no profile' : `the profile ${place.profile}`;
  const scoped = place.scope === undefined ? '' : `, with the scope  ${place.scope}`;
  return isRemote(place) ? `${named}: the server ${place.url}${scoped}` : `${named}: a local store${scoped}`;
}

/** Of a profile with a scope there is nothing to see but its users: the rest is looked at without one. */
async function scopeCheck(context: Context, scope: string): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const remedy = 'look at the rest of the store with  otpctl doctor --store PATH';
  if (!(await context.isThere())) return { state: 'warning', finding: 'there is no store yet', remedy };
  const devices = await (await context.backend()).count({});
  return { finding: `${counted(devices, 'device')} of the users with  ${scope}`, remedy };
}

function storeFinding({ path, devices, schema, newest }: StoreInfo): Omit<Check, 'check' | 'state'> & Partial<Check> {
  const finding = `${path}: ${counted(devices, 'device')}, schema ${schema}`;
  if (schema >= newest) return { finding };
  const remedy = 'the next command brings it forward; alone  otpctl store migrate  does';
  return { state: 'warning', finding: `${finding}, and this otpctl has ${newest}`, remedy };
}

function sqliteCheck(sqlite: string): Check {
  if (!isOldSqlite(sqlite)) return { check: 'SQLite', state: 'ok', finding: sqlite };
  const finding = `${sqlite} can damage a store that several processes write`;
  return { check: 'SQLite', state: 'failure', finding, remedy: `use a Node with SQLite ${LEAST_SQLITE} or later` };
}

async function keyringCheck(context: Context): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const noKeyring = await (await context.remote.credentials()).whyNoKeyring();
  if (noKeyring === undefined) return { finding: 'there is one' };
  return {
    state: 'warning',
    finding: `there is none: ${noKeyring}`,
    remedy:
      'secrets of profiles are kept in a file (0600) that is not encrypted; to change that, have libsecret and a secret service',
  };
}

async function serverCheck(
  context: Context,
  place: RemotePlace,
): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const { known, noKeyring } = await context.remote.signIn(place);
  const { url, dialect, signedIn, devices } = await context.remote.probe(place, known?.signIn);
  if (known === undefined || signedIn !== true) {
    const { message } = notSignedIn(place, noKeyring);
    const { hint } = notSignedIn(place, undefined);
    const finding = known === undefined ? message : `${url} does not take the credential`;
    return { state: 'failure', finding, ...(hint !== undefined && { remedy: hint }) };
  }
  const { state, allowed, remedy } = READING[devices];
  const finding = `${url} (${dialect}): signed in; ${allowed}`;
  return { state, finding, ...(remedy !== undefined && { remedy }) };
}

/** What the credentials may do, as far as reading finds it out. */
const READING: Record<
  Findings['devices'],
  { readonly state: Check['state']; readonly allowed: string; readonly remedy?: string }
> = {
  readable: { state: 'ok', allowed: 'devices can be read' },
  forbidden: {
    state: 'failure',
    allowed: 'devices may not be read',
    remedy: 'have the credential allowed to, or sign in with another:  otpctl profile login',
  },
  missing: {
    state: 'failure',
    allowed: 'there are no devices: it lacks the resource OtpDevice',
    remedy: 'have the OTP add-on installed there, or name another base with  --url',
  },
  unknown: {
    state: 'warning',
    allowed: 'it did not answer about its devices',
    remedy: 'try  otpctl device list --limit 1 --verbose',
  },
};

/** The credentials for RSA, and whether RSA takes them: by a lookup, which changes nothing. */
async function* rsaChecks(context: Context, place: Place): AsyncIterable<Check> {
  let admin: Ds100Admin | undefined;
  const key = await guarded('RSA key', async () => {
    admin = await context.ds100(['read'], 'open', place);
    return { finding: 'can be read by this user alone, and is what it must be' };
  });
  yield withRemedy(key, 'see  docs/securid.md');
  if (admin === undefined) return;
  const open = admin;
  const found = await guarded('RSA', async () => {
    await tryRsa(open);
    const named = place.rsa?.scopes;
    const more = named === undefined ? '' : `; the permissions of the client, by the profile: ${named.join(' ')}`;
    return { finding: `takes the key: authenticators can be looked up${more}` };
  });
  yield withRemedy(found, 'see  docs/securid.md');
}

function withRemedy(check: Check, remedy: string): Check {
  return check.state === 'ok' ? check : { remedy, ...check };
}

/** Undefined where what is wrong was said already. */
async function unlessRefused<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof OtpctlError) return undefined;
    throw error;
  }
}

async function keyCheck(context: Context, { settings }: Backend): Promise<{ readonly finding: string }> {
  await offered(settings, 'to change its settings').change({}, context.origin, { dryRun: true });
  const { key } = await (await context.storeAdmin()).info();
  return { finding: `opens the store; kept in ${key}` };
}

/** Settings by which commands go wrong later; none where they cannot be read, which was said of the key. */
async function* settingsChecks(context: Context): AsyncIterable<Check> {
  const found = await unlessRefused(async () => (await context.storeAdmin()).checkSettings());
  if (found?.length === 0) yield { check: 'settings', state: 'ok', finding: 'they fit together' };
  for (const { finding, remedy } of found ?? []) yield { check: 'settings', state: 'failure', finding, remedy };
}

async function secretsCheck(context: Context): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const { count, some } = await (await context.storeAdmin()).weakSecrets();
  if (count === 0) return { finding: 'none of a device is weaker than 128 bits' };
  const more = count > some.length ? ' ...' : '';
  return {
    state: 'warning',
    finding: `${counted(count, 'device')} with a secret of fewer than 128 bits: ${some.join(', ')}${more}`,
    remedy: 'enrol their users anew where that can be done, and delete these',
  };
}

async function clockCheck(
  context: Context,
  backend: Backend,
): Promise<Omit<Check, 'check' | 'state'> & Partial<Check>> {
  const now = context.now();
  const seconds = await secondsBehind(backend, now);
  if (seconds === 0) return { finding: toIso(now) };
  return {
    state: 'warning',
    finding: `${toIso(now)} is ${counted(seconds, 'second')} before what the store saw last`,
    remedy: 'set the clock: codes that were used stay refused until it is right',
  };
}

/** The channels that carry codes, each with what the standards hold against it. */
async function* channelChecks({ settings }: Backend): AsyncIterable<Check> {
  const rows = await offered(settings, 'to read its settings').list();
  const current = settingsOf(new Map(rows.map(({ key, value }) => [key, value])));
  for (const { channels = [], caution } of Object.values(deviceTypes)) {
    for (const channel of channels) {
      if (!current[channel].enabled) continue;
      yield {
        check: channel,
        state: 'warning',
        finding: `enabled; ${caution ?? ''}`,
        remedy: `try it:  ${commandLine(['settings', 'test', channel], { to: 'ADDRESS' })}`,
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
