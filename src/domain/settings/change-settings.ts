import { invalid, OtpctlError } from '../errors.ts';
import { isLoopbackName } from '../place/loopback.ts';
import { checkCallTemplates, splitUrl } from '../provider-call/call-template.ts';
import { bodyNotices, refuseCodeless } from '../provider-call/code-in-message.ts';
import { MESSAGE_TAGS } from '../provider-call/message-tags.ts';
import { tagsOf } from '../provider-call/template.ts';
import { nearest } from '../query/nearest.ts';
import { commandLine } from '../text/command-line.ts';
import { counted } from '../text/counted.ts';
import { oddsNotices } from '../verification/guess-odds.ts';
import { appNotices } from './app-notices.ts';
import { dropMoved, holdToNetwork, type Route, routesOf } from './channel-origin.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey } from './setting-rules.ts';
import type { SettingChange, SettingValue } from './setting-value.ts';
import { masked, settingsOf } from './settings.ts';

export type SettingValues = ReadonlyMap<string, SettingValue>;

export interface SettingsChange {
  /** The keys that change, with their new values, secrets open; undefined where a key has none any more. */
  readonly values: ReadonlyMap<SettingKey, SettingValue | undefined>;
  /** The same for everybody. */
  readonly changes: readonly SettingChange[];
  readonly notices: readonly string[];
  /** Of those that say where messages go: where they lead. */
  readonly routes: ReadonlyMap<string, Route>;
}

/**
 * Works out what a change does, and refuses it as a whole when anything in it is wrong. A null takes a value away.
 * `before` has its secrets open, `tagKnown` tells whether any user has an attribute. What would go to another origin than it
 * was set for goes away, and over the network nothing is loosened. Errors: `invalid-value`, `setting-forbids`,
 * `unknown-setting`, `not-allowed`.
 */
export function changeSettings(
  before: SettingValues,
  given: Readonly<Record<string, SettingValue | null>>,
  tagKnown: (tag: string) => boolean,
  remote = false,
): SettingsChange {
  const after = new Map(before);
  for (const [name, value] of Object.entries(given)) {
    const key = settingKey(name);
    if (value === null) after.delete(key);
    else after.set(key, SETTINGS[key].read(key, value));
  }
  const moved = [
    ...dropMoved(before, after, new Set(Object.keys(given))),
    ...(remote ? holdToNetwork(before, after) : []),
  ];
  const effective = (values: SettingValues, key: SettingKey) => values.get(key) ?? SETTINGS[key].default;
  // Who may not read a secret must not find it by guessing either: to them one that they give is always another one.
  const isGiven = (key: SettingKey) => remote && SETTINGS[key].secret === true && typeof given[key] === 'string';
  const changed = SETTING_KEYS.filter((key) => effective(before, key) !== effective(after, key) || isGiven(key));
  refuseIncoherent(after, changed, (key) => before.has(key) && !after.has(key) && !Object.hasOwn(given, key));
  return {
    values: new Map(changed.map((key) => [key, after.get(key)])),
    changes: changed.map((key) => ({
      key,
      ...optional('before', masked(key, effective(before, key))),
      ...optional('after', masked(key, effective(after, key))),
    })),
    routes: routesOf(before, after, changed),
    notices: [
      ...moved,
      ...bodyNotices(after, changed),
      ...oddsNotices(changed, settingsOf(after)),
      ...changed.flatMap((key) =>
        /^[th]otp\./.test(key) ? appNotices({ [key.slice('totp.'.length)]: effective(after, key) }) : [],
      ),
      ...tagNotices(changed, (key) => effective(after, key), tagKnown),
    ],
  };
}

/** Reads the name of a setting. Errors: `unknown-setting`, with the nearest one. */
export function settingKey(name: string): SettingKey {
  if (Object.hasOwn(SETTINGS, name)) return name as SettingKey;
  const meant = nearest(name, SETTING_KEYS);
  throw new OtpctlError(
    'unknown-setting',
    `there is no setting "${name}"`,
    meant === undefined ? 'see all with  otpctl settings list' : `did you mean  ${meant}`,
  );
}

/**
 * Refuses values that go against each other, or a channel that lacks what it needs. `lost` is what went away without
 * being asked to.
 */
export function refuseIncoherent(
  values: SettingValues,
  changed: readonly SettingKey[] = SETTING_KEYS,
  lost?: (key: SettingKey) => boolean,
): void {
  const { pin } = settingsOf(values);
  if (pin.digitsToAsk > pin.minLength) {
    throw invalid(`pin.digitsToAsk is ${pin.digitsToAsk}, and may be at most pin.minLength, which is ${pin.minLength}`);
  }
  if (values.get('email.enabled') === true) needs(values, 'email', ['email.from', 'email.smtpUrl']);
  for (const channel of ['sms', 'voice'] as const) {
    if (values.get(`${channel}.enabled`) === true) needs(values, channel, [`${channel}.url`]);
    if (changed.some((key) => key.startsWith(`${channel}.`))) checkCall(values, channel);
  }
  refuseCodeless(values, changed, lost);
}

function needs(values: SettingValues, channel: string, keys: readonly SettingKey[]): void {
  const missing = keys.filter((key) => values.get(key) === undefined);
  if (missing.length === 0) return;
  throw new OtpctlError(
    'setting-forbids',
    `${channel}.enabled needs ${missing.join(' and ')}`,
    `set it first, or in the same command:  ${commandLine(['settings', 'set', `${missing[0]}=...`])}`,
  );
}

function checkCall(values: SettingValues, channel: 'sms' | 'voice'): void {
  const part = (name: string) => values.get(`${channel}.${name}`) as string | undefined;
  const [url, headers, body] = [part('url'), part('headers'), part('body')];
  checkCallTemplates({
    ...(url !== undefined && { url }),
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body }),
  });
  if (url === undefined) return;
  const { protocol, hostname } = splitUrl(url).origin;
  const local = isLoopbackName(hostname) && values.get(`${channel}.allowPrivateHosts`) === true;
  if (protocol === 'https:' || local) return;
  throw invalid(`${channel}.url is not https`, `http is for loopback alone, with  ${channel}.allowPrivateHosts=true`);
}

const TEMPLATES = /^(?:email\.(?:subject|body)|(?:sms|voice)\.(?:url|headers|body))$/;
const STANDARD_TAGS: readonly string[] = MESSAGE_TAGS;

/** So many tags are looked for: for each that nobody has, all that is known of all users is read. */
const TAGS_LOOKED_FOR = 10;

function tagNotices(
  changed: readonly SettingKey[],
  given: (key: SettingKey) => SettingValue | undefined,
  known: (tag: string) => boolean,
): string[] {
  const tags = changed.flatMap((key) => {
    const value = TEMPLATES.test(key) ? given(key) : undefined;
    return value === undefined ? [] : tagsOf(String(value)).map((tag) => ({ key, tag }));
  });
  const others = tags.filter(({ tag }) => !STANDARD_TAGS.includes(tag));
  const unknown = others.slice(0, TAGS_LOOKED_FOR).filter(({ tag }) => !known(tag));
  const more = others.length - TAGS_LOOKED_FOR;
  return [
    ...unknown.map(({ key, tag }) => {
      const meant = nearest(tag, STANDARD_TAGS);
      const hint = meant === undefined ? '' : `: did you mean \${${meant}}`;
      return `warning: no user has the attribute "${tag}", which ${key} names${hint}`;
    }),
    ...(more > 0
      ? [
          `warning: whether users have what ${counted(more, 'further tag')} ${more === 1 ? 'names' : 'name'} was not looked for, since each takes a look at all of them`,
        ]
      : []),
  ];
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}
