import { OtpctlError } from '../errors.ts';
import { splitUrl } from '../provider-call/call-template.ts';
import { type SmtpServer, smtpServer } from '../provider-call/email-channel.ts';
import { commandLine } from '../text/command-line.ts';
import type { SettingKey } from './setting-rules.ts';
import type { SettingValue } from './setting-value.ts';

type Values = ReadonlyMap<string, SettingValue>;

/** The settings that say where messages go, and those whose values are sent there: mostly passwords of a provider. */
const SENT_TO = {
  'email.smtpUrl': [],
  'sms.url': ['sms.headers', 'sms.body'],
  'voice.url': ['voice.headers', 'voice.body'],
} as const satisfies Partial<Record<SettingKey, readonly SettingKey[]>>;
const DESTINATIONS = Object.keys(SENT_TO) as readonly (keyof typeof SENT_TO)[];

/** Where a setting leads, before and after a change: scheme, host and port. Absent where it leads nowhere. */
export interface Route {
  readonly before?: string;
  readonly after?: string;
}

/**
 * Takes away what would be sent to another origin than it was set for, and returns the notices of it. What goes with a
 * destination stays while scheme, host and port do, or is given in the same change: who may set it and not read it cannot
 * have it sent to themselves, in one step or in several.
 */
export function dropMoved(before: Values, after: Map<string, SettingValue>, given: ReadonlySet<string>): string[] {
  return DESTINATIONS.filter((key) => moves(key, before, after)).flatMap((key) => {
    const lost = SENT_TO[key].filter((each) => after.has(each) && !given.has(each));
    for (const each of lost) after.delete(each);
    const to = originOf(key, after);
    return lost.map(
      (each) =>
        `warning: ${each} is unset, since ${key} ${to === undefined ? 'is gone' : `leads to ${to} now`}: what goes there is given in the same change`,
    );
  });
}

/** Where the destinations among the settings that change lead. */
export function routesOf(before: Values, after: Values, changed: readonly SettingKey[]): ReadonlyMap<string, Route> {
  return new Map(
    DESTINATIONS.filter((key) => changed.includes(key)).map((key) => {
      const [from, to] = [originOf(key, before), originOf(key, after)];
      return [key, { ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) }];
    }),
  );
}

/**
 * What a caller over the network does not decide: that private addresses may be called, and that mail goes without TLS.
 * Who decided it did so for one destination: with another one it is over. Errors: `not-allowed`.
 */
export function holdToNetwork(before: Values, after: Map<string, SettingValue>): string[] {
  const notices: string[] = [];
  for (const channel of ['sms', 'voice'] as const) {
    const key = `${channel}.allowPrivateHosts` as const;
    if (after.get(key) !== true) continue;
    if (before.get(key) !== true) throw setHere(key, 'whether private addresses may be called');
    if (!moves(`${channel}.url`, before, after)) continue;
    after.delete(key);
    notices.push(`warning: ${key} is false again, since ${channel}.url leads elsewhere`);
  }
  const mail = mailServer(after);
  if (mail?.loopback && !mail.implicitTls && moves('email.smtpUrl', before, after)) {
    throw setHere('email.smtpUrl', 'whether mail goes without TLS, to this machine,');
  }
  return notices;
}

function setHere(key: string, what: string): OtpctlError {
  return new OtpctlError(
    'not-allowed',
    `${key} cannot be set to that over the network: ${what} is said on the machine of the store`,
    `there:  ${commandLine(['settings', 'set', `${key}=...`])}`,
  );
}

function moves(key: (typeof DESTINATIONS)[number], before: Values, after: Values): boolean {
  if (before.get(key) === after.get(key)) return false;
  const [from, to] = [originOf(key, before), originOf(key, after)];
  // One that cannot be read, since it is damaged, is another one.
  return from === undefined || from !== to;
}

function originOf(key: (typeof DESTINATIONS)[number], values: Values): string | undefined {
  if (key !== 'email.smtpUrl') return readable(values.get(key), (text) => splitUrl(text).origin.origin);
  const server = mailServer(values);
  if (server === undefined) return undefined;
  const { host, port, implicitTls } = server;
  return `${implicitTls ? 'smtps' : 'smtp'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function mailServer(values: Values): SmtpServer | undefined {
  return readable(values.get('email.smtpUrl'), smtpServer);
}

/** Undefined where there is none, and where it cannot be read, since it is damaged. */
function readable<T>(value: SettingValue | undefined, read: (text: string) => T): T | undefined {
  if (value === undefined) return undefined;
  try {
    return read(String(value));
  } catch (error) {
    if (error instanceof OtpctlError) return undefined;
    throw error;
  }
}
