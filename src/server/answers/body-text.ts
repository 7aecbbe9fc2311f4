import { checkParts, JsonProblem, NameTwice } from '../../domain/text/strict-json.ts';
import { utf8 } from '../../domain/text/utf8.ts';
import { HttpError } from './http-error.ts';

/** The text of a body (RFC 8259 section 8.1). Errors: 400 for bytes that are not UTF-8: decoded, they would be another name. */
export function bodyText(body: Buffer): string {
  const text = utf8(body);
  if (text === undefined) throw new HttpError(400, 'the body is not UTF-8');
  return text;
}

/**
 * Refuses valid JSON that two programs may read differently, such as an object that has a name twice: a proxy before this
 * server may have checked the body, and read it the other way. Errors: 400.
 */
export function refuseAmbiguous(json: string): void {
  try {
    checkParts(json);
  } catch (error) {
    if (error instanceof NameTwice) throw new HttpError(400, 'an object of the JSON has a name twice');
    if (error instanceof JsonProblem) throw new HttpError(400, `the JSON ${error.message}`);
    throw error;
  }
}
