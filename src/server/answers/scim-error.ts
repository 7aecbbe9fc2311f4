import { errorBody, ScimError } from '../../scim/scim-error.ts';
import type { ErrorAnswer } from './error-answer.ts';

/** An error as SCIM writes it. */
export function scimError({ status, message }: ErrorAnswer): Record<string, unknown> {
  return errorBody(new ScimError(status, message));
}
