import type { ErrorAnswer } from './error-answer.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** An error as SCIM writes it (RFC 7644 section 3.12). */
export function scimError({ status, message }: ErrorAnswer): Record<string, unknown> {
  return { schemas: [ERROR], status: String(status), detail: message };
}
