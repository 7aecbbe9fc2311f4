import { singleLine } from './template.ts';

const ESCAPE = /%[0-9A-Fa-f]{2}/;
const NOT_OF_A_URL = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]/gu;
const XML_NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** A value for any place in a URL or a form: everything but unreserved characters is percent-encoded (RFC 3986 section 2.3). */
export function percentEncode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Literal text of a URL or a form: delimiters and what is encoded already stay. */
export function percentEncodeText(text: string): string {
  return text.replace(NOT_OF_A_URL, (found) => (ESCAPE.test(found) ? found : encodeURIComponent(found.toWellFormed())));
}

/** A value for XML text, or for an attribute in quotes. Controls, which XML 1.0 does not have, are spaces. */
export function xmlEncode(value: string): string {
  return singleLine(value)
    .replace(/[\ufffe\uffff]/g, ' ')
    .replace(/[&<>"']/g, (found) => `&${XML_NAMES[found]};`);
}

/** Text for the value of a header: one line of ASCII, the rest percent-encoded as UTF-8. */
export function headerEncode(value: string): string {
  return singleLine(value).replace(/[^\x20-\x7e]/gu, (found) => encodeURIComponent(found));
}
