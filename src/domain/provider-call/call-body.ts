import { invalid } from '../errors.ts';
import { percentEncode, percentEncodeText, xmlEncode } from './call-encoding.ts';
import { fillTemplate, parseTemplate, singleLine, type TagValues, tagsOf } from './template.ts';

/** How the body of a call is written, and the content type that says so. */
export interface BodyType {
  readonly form: 'json' | 'form' | 'xml' | 'text' | 'other';
  readonly written: string;
}

const FORMS: readonly (readonly [RegExp, BodyType['form']])[] = [
  [/^(?:application\/(?:[\w.-]+\+)?json|text\/json)$/, 'json'],
  [/^application\/x-www-form-urlencoded$/, 'form'],
  [/^(?:application\/(?:[\w.-]+\+)?xml|text\/xml)$/, 'xml'],
  [/^text\/plain$/, 'text'],
];
const GUESSED = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  xml: 'application/xml; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const;
/** A string of a JSON text, and the colon that makes it the name of a member. */
const JSON_STRING = /("(?:[^"\\]|\\.)*"?)(\s*:)?/g;

/** What a body is: what its content type says, or else what it looks like. */
export function bodyType(template: string, contentType: string | undefined): BodyType {
  if (contentType === undefined) {
    const form = looksLike(template);
    return { form, written: GUESSED[form] };
  }
  const [essence = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.find((each) => each.trim().startsWith('charset='));
  if (charset !== undefined && !/^\s*charset="?(?:utf-8|us-ascii)"?\s*$/.test(charset)) {
    throw invalid('the content type has a charset that is not utf-8', 'bodies are sent as utf-8');
  }
  const form = FORMS.find(([pattern]) => pattern.test(essence.trim()))?.[1] ?? 'other';
  return { form, written: contentType };
}

/** Refuses a body whose tags have no place in which they could be encoded. Errors: `invalid-value`. */
export function checkBody(template: string, { form }: BodyType): void {
  if (form === 'json') checkJson(template);
  if (form === 'xml') checkXml(template);
  if (form === 'other' && tagsOf(template).length > 0) {
    throw invalid(
      'the body has tags, and a content type that they cannot be encoded for',
      'JSON, form, XML and text/plain are the ones that they can',
    );
  }
}

/** A body with its tags filled in. Errors: `tag-without-value`, and those of `checkBody`. */
export function fillBody(template: string, type: BodyType, values: TagValues): string {
  checkBody(template, type);
  switch (type.form) {
    case 'json':
      return template.replace(JSON_STRING, (_, text: string, colon?: string) =>
        colon === undefined ? JSON.stringify(fillTemplate(JSON.parse(text), values, (value) => value)) : text + colon,
      );
    case 'form':
      return fillTemplate(template.trim(), values, percentEncode, percentEncodeText);
    case 'xml':
      return fillTemplate(template, values, xmlEncode);
    case 'text':
      return fillTemplate(template, values, singleLine);
    case 'other':
      return template;
  }
}

/** A JSON text as a value; undefined when it is none. */
export function parsedJson(template: string): unknown {
  try {
    return JSON.parse(template);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function looksLike(template: string): keyof typeof GUESSED {
  // What begins like JSON is held to it: as text, a value could add to it.
  if (parsedJson(template) !== undefined || /^\s*[{[]\s*["{[}\]]/.test(template)) return 'json';
  if (/^\s*<[\p{L}_?!]/u.test(template)) return 'xml';
  return template.includes('=') ? 'form' : 'text';
}

function checkJson(template: string): void {
  if (parsedJson(template) === undefined) {
    throw invalid('the body is not JSON', `a tag stands inside the quotes of a string:  {"to": "\${PHONE}"}`);
  }
  for (const [, text = '', colon] of template.matchAll(JSON_STRING)) {
    if (colon !== undefined && tagsOf(JSON.parse(text)).length > 0) {
      throw invalid('the body has a tag in the name of a JSON member', 'a tag stands in a value');
    }
  }
}

/** Tags stand in text and in quoted attributes, where a value can be escaped. */
function checkXml(template: string): void {
  let place: 'text' | 'markup' | '"' | "'" = 'text';
  for (const segment of parseTemplate(template)) {
    if (segment.kind === 'tag') {
      if (place === 'markup') throw invalid('the body has a tag inside the markup of XML', 'a tag stands in text');
      continue;
    }
    for (const character of segment.text) {
      if (place === 'text') place = character === '<' ? 'markup' : 'text';
      else if (place === 'markup') {
        if (character === '>') place = 'text';
        else if (character === '"' || character === "'") place = character;
      } else if (character === place) place = 'markup';
    }
  }
}
