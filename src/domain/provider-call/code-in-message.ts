import { invalid, OtpctlError } from '../errors.ts';
import { SETTINGS, type SettingKey } from '../settings/setting-rules.ts';
import type { SettingValue } from '../settings/setting-value.ts';
import { callRequest } from './call-template.ts';
import type { CallMethod, Channel, ChannelSettings } from './channel.ts';
import { CHANNELS } from './channel.ts';
import { CODE_TAG, codeTagHint } from './message-tags.ts';
import { tagsOf } from './template.ts';

type Values = ReadonlyMap<string, SettingValue>;

/** The templates of a channel, by the last parts of their keys. */
interface Texts {
  readonly subject?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: string | undefined;
  readonly body?: string | undefined;
}

/** Stands for the code where it is looked at whether a request has it. */
const MARK = '4920396174830256';

/** Refuses to send a message that would come without its code. Errors: `setting-forbids`. */
export function refuseCodelessMessage(settings: ChannelSettings): void {
  const { channel } = settings;
  if (settings.channel === 'email') {
    if (mailCarries(settings.email)) return;
    throw withoutCode(channel, settings.email, 'setting-forbids');
  }
  const { url, headers, body, method } = settings.call;
  const texts = { url: url.exposeText(), headers: headers?.exposeText(), body: body?.exposeText() };
  if (!callCarries(texts, method)) throw withoutCode(channel, texts, 'setting-forbids');
}

/**
 * Refuses settings by which a channel would send messages without their code. A channel that is enabled has it. One that is
 * not has it as soon as what it would send is all there; while it is set up one by one, the URL of a POST waits for its
 * body. `lost` went away with the URL. Errors: `invalid-value`.
 */
export function refuseCodeless(
  values: Values,
  changed: readonly SettingKey[],
  lost: (key: SettingKey) => boolean = () => false,
): void {
  for (const channel of CHANNELS) {
    const value = (name: string) =>
      values.get(`${channel}.${name}`) ?? SETTINGS[`${channel}.${name}` as SettingKey]?.default;
    const text = (name: string) => value(name) as string | undefined;
    const touched = (...names: string[]) => names.some((name) => changed.includes(`${channel}.${name}` as SettingKey));
    const enabled = value('enabled') === true;
    if (channel === 'email') {
      const mail = { subject: text('subject'), body: text('body') };
      if (!touched('subject', 'body') && !(enabled && touched('enabled'))) continue;
      if (!mailCarries(mail)) throw withoutCode(channel, mail, 'invalid-value');
      continue;
    }
    if (!touched('url', 'method', 'headers', 'body') && !(enabled && touched('enabled'))) continue;
    const call = { url: text('url'), headers: text('headers'), body: text('body') };
    const method = value('method') as CallMethod;
    const whole =
      call.url === undefined ? call.body !== undefined && touched('body') : call.body !== undefined || method === 'GET';
    if (!(enabled || whole) || callCarries(call, method)) continue;
    throw withoutCode(channel, call, 'invalid-value', lost(`${channel}.body`));
  }
}

function mailCarries({ subject = '', body = '' }: Texts): boolean {
  return [subject, body].some(hasTag);
}

/**
 * That the body of a GET means nothing (RFC 9110 section 9.3.1), so that a code that is there alone is read by few providers.
 */
export function bodyNotices(values: Values, changed: readonly SettingKey[]): string[] {
  return (['sms', 'voice'] as const).flatMap((channel) => {
    const [url, body] = [values.get(`${channel}.url`), values.get(`${channel}.body`)].map((text) => String(text ?? ''));
    const method = values.get(`${channel}.method`) ?? SETTINGS[`${channel}.method`].default;
    const touched = (['url', 'method', 'body'] as const).some((name) => changed.includes(`${channel}.${name}`));
    if (!touched || method !== 'GET' || url === '' || !hasTag(body) || hasTag(url)) return [];
    return [
      `warning: the code is in ${channel}.body alone, and ${channel}.method is GET, whose body few providers read: POST and PUT have one`,
    ];
  });
}

function hasTag(text: string | undefined): boolean {
  return tagsOf(text ?? '').includes(CODE_TAG);
}

/** By a look at the request that would be made: a code in the URL, or in the body. */
function callCarries({ url, headers, body }: Texts, method: CallMethod): boolean {
  if (url === undefined) return hasTag(body);
  const request = callRequest({ url, headers, body }, method, ({ name }) => (name === CODE_TAG ? MARK : 'x'));
  return request.url.includes(MARK) || request.body?.includes(MARK) === true;
}

function withoutCode(
  channel: Channel,
  texts: Texts,
  code: 'invalid-value' | 'setting-forbids',
  lost = false,
): OtpctlError {
  const [places, key] =
    channel === 'email'
      ? ['email.subject nor email.body', 'email.body']
      : [`${channel}.url nor ${channel}.body`, `${channel}.body`];
  const message = `neither ${places} has the tag \${PIN}, so a message would come without its code`;
  if (lost) {
    return new OtpctlError(
      code,
      message,
      `${key} goes away when ${channel}.url leads elsewhere: give both in the same change`,
    );
  }
  const given = [texts.url, texts.subject, texts.body].filter((text) => text !== undefined);
  const inUrl = channel !== 'email' && texts.body === undefined;
  const hint = codeTagHint(inUrl ? `${channel}.url` : key, given, channel !== 'email');
  return code === 'invalid-value' ? invalid(message, hint) : new OtpctlError(code, message, hint);
}
