import { printable } from '../../domain/printable.ts';
import { readJson } from './json-answer.ts';

/** `java.lang.Exception: ` and `com.soffid.iam.X`: what a person cannot use. */
const CLASS_NAME = /\b(?:[a-z][A-Za-z0-9_]*\.){2,}[A-Z][A-Za-z0-9_$]*:?\s*/g;
const MAX_LENGTH = 300;

/** What a server says is wrong, in one line without class names and control characters; undefined if it says nothing. */
export function serverDetail(body: string): string | undefined {
  return detailText(body)
    .split(/[\r\n]+/)
    .map(readableLine)
    .find((line) => line !== '');
}

/** The whole detail of an error of SCIM, or the message of one of an otpctl; empty when the body is neither. */
export function detailText(body: string): string {
  const { detail, error } = (readJson(body) ?? {}) as { readonly detail?: unknown; readonly error?: unknown };
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const said = detail ?? message;
  return typeof said === 'string' ? said : '';
}

function readableLine(line: string): string {
  const clean = line
    .replace(/\p{Cc}/gu, ' ')
    .replace(/^\s*caused by\s*/i, '')
    .replace(CLASS_NAME, '')
    .trim();
  return printable(clean.slice(0, MAX_LENGTH));
}
