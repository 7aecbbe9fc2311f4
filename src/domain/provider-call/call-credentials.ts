import { parsedJson } from './call-body.ts';
import { type CallTemplates, parseHeaders, splitUrl, userInfo } from './call-template.ts';
import { parseTemplate, tagsOf } from './template.ts';

/** A value of a template that has a name: a query parameter, a form field, a JSON member. */
interface Named {
  readonly name: string;
  readonly value: string;
}

const CREDENTIAL_NAME = /pass|pwd|secret|token|key|auth|sig/i;
const URL_START = /^\s*https?:\/\//i;
const ELEMENT = /<([\w:.-]+)(?:[^\w:.<>-][^<>]*)?>([^<]+)<\//g;
const QUOTED = /=(?:"([^"]*)"|'([^']*)')/g;
const NAME_CHARACTER = /[\w:.-]/;
/** Says how a body is to be read; no secret. */
const OPEN_HEADER = /^(?:content-type|accept|accept-.*|user-agent)$/i;

/** Whether a template, a URL or a body, has a password in it as literal text. */
export function hasPassword(template: string): boolean {
  if (/^\s*https?:\/\/[^/?#]*@/i.test(template)) return true;
  return namedValues(template).some(
    ({ name, value }) => CREDENTIAL_NAME.test(name) && value !== '' && tagsOf(value).length === 0,
  );
}

/** Every literal text of a call that could be a credential, decoded: not to be shown. */
export function literalCredentials({ url, headers, body }: CallTemplates): readonly string[] {
  const { origin, path, query } = splitUrl(url);
  const { user, password } = userInfo(origin);
  const found = [user, password, Buffer.from(`${user}:${password}`).toString('base64')];
  found.push(...path.split('/').map(plain).filter(looksRandom), ...query.slice(1).split('&').filter(looksRandom));
  for (const { name, value } of [...namedValues(url), ...(body === undefined ? [] : namedValues(body))]) {
    found.push(...(CREDENTIAL_NAME.test(name) ? literals(value) : tagsOf(value).length === 0 ? [value] : []));
  }
  for (const { name, value } of parseHeaders(headers ?? '')) {
    if (!OPEN_HEADER.test(name)) found.push(...literals(value).flatMap(headerSecrets));
  }
  return [...new Set(found.map((each) => each.trim()))].filter((each) => each !== '');
}

function namedValues(template: string): readonly Named[] {
  if (URL_START.test(template)) return pairs(/\?(.*)$/s.exec(template)?.[1] ?? '');
  const json = parsedJson(template);
  if (typeof json === 'object' && json !== null) return leaves('', json);
  if (/^\s*</.test(template)) {
    const elements = [...template.matchAll(ELEMENT)].map(([, name = '', value = '']) => ({ name, value }));
    return [...elements, ...attributes(template)];
  }
  return pairs(template);
}

function attributes(xml: string): readonly Named[] {
  let before = 0;
  return [...xml.matchAll(QUOTED)].flatMap(({ 0: written, 1: double, 2: single = '', index }) => {
    let start = index;
    while (start > before && NAME_CHARACTER.test(xml[start - 1] ?? '')) start--;
    before = index + written.length;
    return start === index ? [] : [{ name: xml.slice(start, index), value: double ?? single }];
  });
}

function pairs(text: string): readonly Named[] {
  return text.split('&').map((pair) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    return { name: plain(name), value: plain(value.trim()) };
  });
}

/** A piece of a URL that nobody would read out: some providers have their keys there. */
function looksRandom(piece: string): boolean {
  return piece.length >= 16 && /\d/.test(piece) && /\p{L}/u.test(piece) && !/[=\s]/.test(piece);
}

function leaves(name: string, value: unknown): readonly Named[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => leaves(Array.isArray(value) ? name : key, each));
  }
  return typeof value === 'string' || typeof value === 'number' ? [{ name, value: String(value) }] : [];
}

function literals(template: string): readonly string[] {
  return parseTemplate(template).flatMap((each) => (each.kind === 'text' ? [each.text.trim()] : []));
}

/** A header's value, what follows its scheme, and what Basic hides in Base64. */
function headerSecrets(value: string): readonly string[] {
  const [scheme = '', ...rest] = value.split(/\s+/);
  if (rest.length === 0) return [value];
  if (!/^basic$/i.test(scheme)) return [value, ...rest];
  const pair = Buffer.from(rest.join(''), 'base64').toString();
  return [value, ...rest, pair, ...pair.split(/:(.*)/s)];
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
