import { OtpctlError } from '../errors.ts';
import { commandLine } from '../text/command-line.ts';

/** A tag of a template: `${name}`, or `${name:-default}`. */
interface Tag {
  readonly name: string;
  /** Literal text that stands in for a value that is not there; may be empty. */
  readonly fallback?: string;
}

type Segment = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'tag'; readonly tag: Tag };

/** The value of a tag. Errors: `tag-without-value`. */
export type TagValues = (tag: Tag) => string;

/** Tags that stand for an attribute of another name, where the message does not say it itself. */
const ATTRIBUTE_OF = new Map([
  ['PHONE', 'phone'],
  ['PHONE_DIGITS', 'phone'],
  ['PHONE_00', 'phone'],
  ['EMAIL', 'mail'],
]);
const NAME = /[\p{L}\p{M}\p{N}_.-]+/uy;

/** A template as literal text and tags, in order. A `$` that begins no tag is literal. */
export function parseTemplate(template: string): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  const last = template.lastIndexOf('}');
  for (let at = template.indexOf('${'); at !== -1 && at < last; at = template.indexOf('${', at + 1)) {
    const tag = tagAt(template, at);
    if (tag === undefined) continue;
    if (at > end) segments.push({ kind: 'text', text: template.slice(end, at) });
    segments.push({ kind: 'tag', tag });
    end = template.indexOf('}', at) + 1;
    at = end - 1;
  }
  if (end < template.length) segments.push({ kind: 'text', text: template.slice(end) });
  return segments;
}

/** The tag that begins at a place before the last closing brace. */
function tagAt(template: string, at: number): Tag | undefined {
  NAME.lastIndex = at + 2;
  const name = NAME.exec(template)?.[0];
  if (name === undefined) return undefined;
  const after = at + 2 + name.length;
  if (template[after] === '}') return { name };
  if (!template.startsWith(':-', after)) return undefined;
  return { name, fallback: template.slice(after + 2, template.indexOf('}', after)) };
}

/** The names of the tags in a template, each once, in the order of their first use. */
export function tagsOf(template: string): readonly string[] {
  return [...new Set(parseTemplate(template).flatMap((each) => (each.kind === 'tag' ? [each.tag.name] : [])))];
}

/**
 * A template with its tags filled in, in one pass: what a value contains is never read as a template. Values and
 * defaults are encoded for their place, literal text with `encodeText`.
 */
export function fillTemplate(
  template: string,
  values: TagValues,
  encode: (value: string) => string,
  encodeText: (text: string) => string = (text) => text,
): string {
  return parseTemplate(template)
    .map((each) => (each.kind === 'text' ? encodeText(each.text) : encode(values(each.tag))))
    .join('');
}

/** Values out of what is known of a user; an empty one counts as none. */
export function tagValues(user: string, known: Readonly<Record<string, string | undefined>>): TagValues {
  return ({ name, fallback }) => {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value !== undefined && value !== '') return value;
    if (fallback !== undefined) return fallback;
    throw new OtpctlError(
      'tag-without-value',
      `user ${user} has no value for the tag \${${name}}, so nothing was sent`,
      `set it with  ${commandLine(['user', 'set', 'USER'], { attr: `${ATTRIBUTE_OF.get(name) ?? name}=VALUE` })}  or give the tag a default: \${${name}:-TEXT}`,
    );
  };
}

/** A code as it is read out: its digits with pauses. */
export function spokenCode(code: string): string {
  return [...code].map((digit) => `${digit}. `).join('');
}

/** A value for a place of one line: what ends a line or moves a cursor is a space. */
export function singleLine(value: string): string {
  return value.toWellFormed().replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
