import type { ListedEntry } from '../../domain/audit/entry-proof.ts';
import type { Device } from '../../domain/device/device.ts';
import { isBarred } from '../../domain/device/lifecycle.ts';
import { typeRules } from '../../domain/device-types/index.ts';
import { type ErrorCode, OtpctlError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunRow } from '../../domain/run/run-row.ts';
import { type Settings, settingsOf } from '../../domain/settings/settings.ts';
import type { User } from '../../domain/user.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Context } from '../context.ts';
import { offered } from '../offered.ts';

const AUDIT_ENTRIES = 10;
const MAX_DEVICES = 100;
const MAX_RUNS = 10;
const READ_LOG = 'to read its audit log';

/** What a place knows of a user. What it does not keep, or does not show, is undefined, and a note says so. */
export interface WhyFacts {
  readonly user: string;
  readonly about?: User;
  /** Whether the place keeps users, so that who is not among them is known by nobody. */
  readonly keepsUsers: boolean;
  /** The entry by which a user who is inactive became so, where a log says it. */
  readonly deactivatedBy?: ListedEntry;
  /** The ids of devices that came back from a backup and wait for a resync. */
  readonly resync: ReadonlySet<string>;
  readonly devices: readonly Device[];
  /** How many there are, where that is more than those. */
  readonly total: number;
  /** The ids of devices that wait for a code. */
  readonly challenged: ReadonlySet<string>;
  /** The entries by which devices that are disabled were last disabled, by their ids; without a log none. */
  readonly disabledBy: ReadonlyMap<string, ListedEntry>;
  readonly settings?: Settings;
  readonly audit?: readonly ListedEntry[];
  readonly runs?: readonly { readonly run: Run; readonly row: RunRow }[];
  readonly notes: readonly string[];
}

/** Asks for all of it. Errors: `user-not-found` where nothing at all is known of the user. */
export async function whyFacts(context: Context, name: string): Promise<WhyFacts> {
  const backend = await context.backend();
  const notes: string[] = [];
  /** What may be missing is no reason to say nothing. */
  const optional = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      const missing = error instanceof OtpctlError ? MISSING[error.code] : undefined;
      if (missing === undefined) throw error;
      notes.push(missing.replace('WHAT', what));
      return undefined;
    }
  };
  const [devices, known, audit, settings] = await Promise.all([
    devicesOf(backend, name),
    optional('no attributes of users', async () => ({
      about: await offered(backend.users, 'to look up users').find(name),
    })),
    optional('no audit log', () => lastEntries(backend, name)),
    optional('no settings', async () => {
      const rows = await offered(backend.settings, 'to read its settings').list();
      return settingsOf(new Map(rows.map(({ key, value }) => [key, value])));
    }),
  ]);
  const about = known?.about;
  const deactivatedBy = about?.active === false && audit !== undefined ? await deactivation(backend, name) : undefined;
  if (devices.length === 0 && about === undefined && (audit ?? []).length === 0) throw unknownUser(name);
  const user = devices[0]?.user ?? about?.name ?? name;
  const runs = await optional('no runs', async () => {
    const { journal } = await context.bulk();
    return journal.ofUser([...new Set([user, name])], MAX_RUNS);
  });
  return {
    user,
    devices,
    total: devices.length < MAX_DEVICES ? devices.length : await backend.count({ user: name }),
    challenged: await challengedOf(backend, name, devices),
    disabledBy: audit === undefined ? new Map() : await disablersOf(offered(backend.audit, READ_LOG), devices),
    keepsUsers: known !== undefined,
    resync: await inNeedOfResync(backend, devices),
    notes,
    ...(about && { about }),
    ...(deactivatedBy && { deactivatedBy }),
    ...(audit && { audit }),
    ...(settings && { settings }),
    ...(runs && { runs }),
  };
}

/** How a note says what there is not. */
const MISSING: Partial<Record<ErrorCode, string>> = {
  'not-supported-here': 'this server has WHAT that otpctl could read',
  'not-allowed': 'with this credential: WHAT, it may not be read',
};

async function devicesOf(backend: Backend, user: string): Promise<Device[]> {
  const devices: Device[] = [];
  for await (const page of backend.list({ user }, { limit: MAX_DEVICES })) devices.push(...page);
  return devices;
}

/** The newest first. */
async function lastEntries(backend: Backend, user: string): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  const audit = offered(backend.audit, READ_LOG);
  for await (const page of audit.list({ user, limit: AUDIT_ENTRIES })) entries.push(...page);
  return entries.reverse();
}

/** Of each type, the device with the newest challenge that can still be answered. */
async function challengedOf(backend: Backend, user: string, devices: readonly Device[]): Promise<ReadonlySet<string>> {
  const types = new Set(devices.map(({ type }) => type).filter((type) => typeRules(type)?.challenge !== undefined));
  const found = await Promise.all([...types].map((type) => backend.challenged(user, type)));
  return new Set(found.flatMap((device) => (device === undefined ? [] : [device.id])));
}

/** Of so many devices it is looked up why they are disabled, and whether they need a resync. */
const MAX_ASKED = 20;

async function disablersOf(log: AuditLog, devices: readonly Device[]): Promise<ReadonlyMap<string, ListedEntry>> {
  const found = new Map<string, ListedEntry>();
  for (const { id } of devices.filter(({ status }) => status === 'D').slice(0, MAX_ASKED)) {
    const selection = { device: id, action: 'device.disable', limit: 1 };
    for await (const page of log.list(selection)) for (const entry of page) found.set(id, entry);
  }
  return found;
}

/** So many entries about a user are looked through for the one that made them inactive. */
const MAX_SET = 100;

async function deactivation(backend: Backend, user: string): Promise<ListedEntry | undefined> {
  const audit = offered(backend.audit, READ_LOG);
  let found: ListedEntry | undefined;
  for await (const page of audit.list({ user, action: 'user.set', limit: MAX_SET })) {
    found = page.findLast(({ result }) => /(?:^ok: |, )now inactive(?:,|$)/.test(result)) ?? found;
  }
  return found;
}

/** Of the devices that take codes, those that take none before a resync: a list does not say it. */
async function inNeedOfResync(backend: Backend, devices: readonly Device[]): Promise<ReadonlySet<string>> {
  if (backend.resync === undefined) return new Set();
  const asked = devices.filter(({ type, status }) => !isBarred(status) && typeRules(type)?.resync !== undefined);
  const found = await Promise.all(asked.slice(0, MAX_ASKED).map(({ id }) => backend.find(id)));
  return new Set(found.flatMap((device) => (device?.resyncNeeded ? [device.id] : [])));
}

function unknownUser(name: string): OtpctlError {
  return new OtpctlError(
    'user-not-found',
    `nothing is known of a user "${name}": no device, no attributes, no entry in a log`,
    'look for a part of the name with  otpctl device list --text WORDS',
  );
}
