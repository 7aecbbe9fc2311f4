/** The error types of RFC 7644 table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive';

const ERROR_MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The error of a refused request: an HTTP status, a SCIM error type where one fits, and one sentence. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;

  constructor(status: number, detail: string, scimType?: ScimType) {
    super(detail);
    this.name = 'ScimError';
    this.status = status;
    this.scimType = scimType;
  }
}

/** A request that is wrong in itself: status 400. */
export function badRequest(scimType: ScimType, detail: string): ScimError {
  return new ScimError(400, detail, scimType);
}

/** An attribute that the schema has not. The words are those of Soffid, which its clients look for. */
export function unknownAttribute(name: string): ScimError {
  return badRequest('invalidPath', `Invalid property ${name.slice(0, 200)}`);
}

/** The body of an error response (RFC 7644 section 3.12); `status` is a string there. */
export function errorBody({ status, scimType, message }: ScimError): Record<string, unknown> {
  return {
    schemas: [ERROR_MESSAGE],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail: message,
  };
}
