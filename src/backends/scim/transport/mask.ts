import type { Secret } from '../../../domain/secret.ts';
import { printableLines } from '../../../domain/text/printable.ts';
import type { Outcome, Outgoing } from '../../../http/send-once.ts';

const MASK = '[secret]';
/** Members of JSON whose values are secret wherever they stand. */
const SECRET_MEMBERS = new Set(
  'pin password secret image pngimage otpauthuri key token code codes value authkey'.split(' '),
);
const MEMBER = /"([A-Za-z]+)"\s*:\s*/g;
const VALUE = /"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|-?[0-9.]+/y;
const URIS = /otpauth:\/\/[^\s"\\]*/gi;
/** How many characters are looked at, and how many are shown at most. */
const MAX_READ = 8000;
const MAX_SHOWN = 2000;

/** Takes secrets out of a text: those that are given, and all that stands in a member with a secret value. */
export function createMask(secrets: readonly Secret[]): (text: string) => string {
  const known = secrets
    .map((secret) => secret.exposeText())
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)])
    .filter((text) => text !== '');
  const longestFirst = [...new Set(known)].sort((a, b) => b.length - a.length);
  return (text) => {
    const named = withoutMembers(text).replace(URIS, MASK);
    return longestFirst.reduce((masked, secret) => masked.replaceAll(secret, MASK), named);
  };
}

/** The same, made only when the first text comes. */
export function lateMask(secrets: readonly Secret[]): (text: string) => string {
  let mask: ((text: string) => string) | undefined;
  return (text) => {
    mask ??= createMask(secrets);
    return mask(text);
  };
}

function withoutMembers(text: string): string {
  let [masked, done] = ['', 0];
  for (const { 0: head, 1: name = '', index } of text.matchAll(MEMBER)) {
    if (index < done || !SECRET_MEMBERS.has(name.toLowerCase())) continue;
    VALUE.lastIndex = index + head.length;
    const value = VALUE.exec(text)?.[0];
    if (value === undefined) continue;
    masked += `${text.slice(done, index + head.length)}"${MASK}"`;
    done = index + head.length + value.length;
  }
  return masked + text.slice(done);
}

/** A request, for `--verbose`. */
export function sentText({ method, origin, path, body }: Outgoing, mask: (text: string) => string): string {
  const line = `> ${method} ${origin}${mask(path)}`;
  return body === null ? line : `${line}\n> ${shownBody(body, mask)}`;
}

/** What came of a request, for `--verbose`. `took` is milliseconds. */
export function outcomeText(outcome: Outcome, took: number, mask: (text: string) => string): string {
  const time = `${Math.round(took)} ms`;
  if (outcome.kind === 'failed') return `< no answer after ${time}: ${mask(outcome.error.message)}`;
  const { status, body } = outcome;
  const line = `< ${status} in ${time}, ${body.length} bytes`;
  return body.length === 0 ? line : `${line}\n< ${shownBody(body.toString('utf8', 0, 16_000), mask)}`;
}

/** The beginning of a body, safe on a terminal. Where it is cut, no part of a secret is left at its end. */
function shownBody(body: string, mask: (text: string) => string): string {
  const masked = mask(body.slice(0, MAX_READ));
  const whole = body.length <= MAX_READ ? masked : masked.slice(0, -MAX_SHOWN / 4);
  const shown = whole.slice(0, MAX_SHOWN);
  return printableLines(shown === masked ? shown : `${shown} ...`);
}
