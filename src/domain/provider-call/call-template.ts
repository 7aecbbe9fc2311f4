import { invalid } from '../errors.ts';
import { isLoopbackName } from '../place/loopback.ts';
import { hasControlCharacters } from '../text/printable.ts';
import { bodyType, checkBody, fillBody } from './call-body.ts';
import { headerEncode, percentEncode, percentEncodeText } from './call-encoding.ts';
import type { CallMethod } from './channel.ts';
import { fillTemplate, parseTemplate, type TagValues, tagsOf } from './template.ts';

/** The call of a provider, as templates. `headers` are lines `Name: value`. */
export interface CallTemplates {
  readonly url: string;
  readonly headers?: string | undefined;
  readonly body?: string | undefined;
}

interface Header {
  readonly name: string;
  readonly value: string;
}

export interface CallRequest {
  /** Absolute, without userinfo and fragment. */
  readonly url: string;
  readonly method: CallMethod;
  readonly headers: readonly Header[];
  readonly body?: string;
}

interface SplitUrl {
  /** Scheme, userinfo, host and port. */
  readonly origin: URL;
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What frames a request: the program's own business. */
const FRAMING = /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer|proxy-.*)$/i;
const DOTS = /^(?:\.|%2e){1,2}$/i;

/** The request of a message: every value encoded for where it stands. Errors: `tag-without-value`, `invalid-value`. */
export function callRequest(templates: CallTemplates, method: CallMethod, values: TagValues): CallRequest {
  const { origin, path, query } = splitUrl(templates.url);
  const url = new URL(origin.origin);
  const filledPath = fillTemplate(path, values, percentEncode, percentEncodeText);
  if (tagsOf(path).length > 0 && filledPath.split('/').some((segment) => DOTS.test(segment))) {
    throw invalid('a value of this user would be a step in the path of the URL, so nothing was sent');
  }
  url.pathname = filledPath;
  url.search = fillTemplate(query, values, percentEncode, percentEncodeText);
  const headers = parseHeaders(templates.headers ?? '').map(({ name, value }) => ({
    name,
    value: fillTemplate(value, values, headerEncode, headerEncode).trim(),
  }));
  const basic = basicAuthorization(origin);
  if (basic !== undefined && headerValue(headers, 'authorization') === undefined) {
    headers.push({ name: 'Authorization', value: basic });
  }
  if (templates.body === undefined) return { url: url.href, method, headers };
  const given = headerValue(headers, 'content-type');
  const type = bodyType(templates.body, given);
  if (given === undefined) headers.push({ name: 'Content-Type', value: type.written });
  return { url: url.href, method, headers, body: fillBody(templates.body, type, values) };
}

/** Whether templates can be what they are meant to be. Errors: `invalid-value`, which repeats nothing of them but names. */
export function checkCallTemplates({ url, headers, body }: Partial<CallTemplates>): void {
  if (url !== undefined) splitUrl(url);
  const type = headerValue(parseHeaders(headers ?? ''), 'content-type');
  if (type !== undefined && tagsOf(type).length > 0) throw invalid('the content type has a tag in it');
  if (body !== undefined) checkBody(body, bodyType(body, type));
}

/** The lines of a headers template. Errors: `invalid-value`. */
export function parseHeaders(text: string): readonly Header[] {
  const seen = new Set<string>();
  return text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '') return [];
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    const value = line.slice(colon + 1).trim();
    if (!TOKEN.test(name) || hasControlCharacters(value.replaceAll('\t', ' '))) {
      throw invalid(`line ${at + 1} of the headers is not  Name: value`, 'a name has neither spaces nor tags');
    }
    if (FRAMING.test(name)) throw invalid(`the header ${name} is not for a setting to say`);
    if (seen.has(name.toLowerCase())) throw invalid(`the header ${name} is there twice`);
    seen.add(name.toLowerCase());
    return [{ name, value }];
  });
}

/** A URL template in its parts. Errors: `invalid-value`. */
export function splitUrl(template: string): SplitUrl {
  const text = template.trim();
  if (hasControlCharacters(text)) throw invalid('the URL has control characters in it');
  if (/^[^/?#]*\/*[^/?#]*/.exec(text)?.[0].includes('${')) throw invalid('the URL has a tag before its path');
  const authority = /^https?:\/\/[^/?#\\@]*(?:@[^/?#\\@]*)?/iu.exec(text)?.[0] ?? '';
  const end = queryStart(text, authority.length);
  const [path, query] = [text.slice(authority.length, end), text.slice(end)];
  const origin = URL.parse(authority);
  if (origin === null || /^[^/]/.test(path)) {
    throw invalid('the URL is not one', `for example  https://sms.example.com/send?to=\${PHONE}&text=\${PIN}`);
  }
  if (parseTemplate(text).some((each) => each.kind === 'text' && each.text.includes('#'))) {
    throw invalid('the URL has a # in it, which would end it', 'write it as %23');
  }
  if (origin.protocol === 'http:' && !isLoopbackName(origin.hostname)) {
    throw invalid('the URL is not https', 'http is for loopback only');
  }
  return { origin, path, query };
}

/** Where the query of a URL begins: at the first question mark that is in no tag. */
function queryStart(text: string, from: number): number {
  const lastTag = text.lastIndexOf('}');
  for (let at = from; at < text.length; at++) {
    if (text[at] === '?') return at;
    if (at < lastTag && text.startsWith('${', at)) at = text.indexOf('}', at);
  }
  return text.length;
}

/** User and password of a URL, decoded. */
export function userInfo({ username, password }: URL): { readonly user: string; readonly password: string } {
  return { user: decoded(username), password: decoded(password) };
}

function basicAuthorization(url: URL): string | undefined {
  const { user, password } = userInfo(url);
  if (user === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function headerValue(headers: readonly Header[], name: string): string | undefined {
  return headers.find((each) => each.name.toLowerCase() === name)?.value;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
