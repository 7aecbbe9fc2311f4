import { utf8 } from '../domain/utf8.ts';
import { HttpError } from './http-error.ts';

/** The text of a body (RFC 8259 section 8.1). Errors: 400 for bytes that are no UTF-8, which would be kept as other names. */
export function bodyText(body: Buffer): string {
  const text = utf8(body);
  if (text === undefined) throw new HttpError(400, 'the body is not UTF-8');
  return text;
}
