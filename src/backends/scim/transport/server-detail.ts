import { beginningOf } from '../../../domain/text/beginning.ts';
import { printable } from '../../../domain/text/printable.ts';
import { readJson } from './json-answer.ts';

/** Names with dots between them, and what parts them from the next ones. */
const NAMES = /([A-Za-z0-9_$]+(?:\.[A-Za-z0-9_$]+)*)(:?\s*)/g;
const PACKAGE = /^[a-z][A-Za-z0-9_]*$/;
/** Of a longer text the rest is not looked at. */
const LOOKED_AT = 8000;
const MAX_LENGTH = 300;

/**
 * What a server says is wrong, in one line without class names, control characters and what `mask` takes out; empty if
 * it says nothing.
 */
export function serverDetail(body: string, mask: (text: string) => string): string {
  const lines = mask(detailText(body)).split(/[\r\n]/);
  return lines.map(readableLine).find((line) => line !== '') ?? '';
}

/** The detail of an error of SCIM, or the message of one of an otpctl; empty when the body is neither. */
export function detailText(body: string): string {
  const { detail, error } = (readJson(body) ?? {}) as { readonly detail?: unknown; readonly error?: unknown };
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const said = detail ?? message;
  return typeof said === 'string' ? beginningOf(said, LOOKED_AT) : '';
}

function readableLine(line: string): string {
  const clean = line
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .replace(/^caused by\s*/i, '')
    .replace(NAMES, withoutClass)
    .trim();
  return printable(clean.slice(0, MAX_LENGTH));
}

/** Takes away `java.lang.Exception: `, `com.soffid.iam.X`: what a person cannot use. */
function withoutClass(found: string, names: string, after: string): string {
  const parts = names.split('.');
  const at = parts.findIndex((part) => /^[A-Z]/.test(part));
  if (at < 2 || !parts.slice(0, at).every((part) => PACKAGE.test(part))) return found;
  const member = parts.slice(at + 1);
  return member.length === 0 ? '' : `.${member.join('.')}${after}`;
}
