import type { Secret } from '../../../domain/secret.ts';
import { printableLines } from '../../../domain/text/printable.ts';

const MASK = '[secret]';
/** Members whose values are nobody's business, wherever they stand. */
const SECRET_MEMBERS = new Set(
  'pin password secret image pngimage otpauthuri key token code codes value authkey'.split(' '),
);
const MEMBER = /"([A-Za-z]+)"\s*:\s*/g;
const VALUE = /"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|-?[0-9.]+/y;
const URIS = /otpauth:\/\/[^\s"\\]*/gi;
/** Characters that are looked at, and that are shown at most. */
const MAX_READ = 8000;
const MAX_SHOWN = 2000;

/** Takes what must not be shown out of a text: known secrets by what they are, others by where they stand. */
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

/** The beginning of a body for `--verbose`, masked and safe on a terminal. Where it was cut, no half of a secret is left. */
export function shownBody(body: string, mask: (text: string) => string): string {
  const masked = mask(body.slice(0, MAX_READ));
  const whole = body.length <= MAX_READ ? masked : masked.slice(0, -MAX_SHOWN / 4);
  const shown = whole.slice(0, MAX_SHOWN);
  return printableLines(shown === masked ? shown : `${shown} ...`);
}
