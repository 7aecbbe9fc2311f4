import { randomUUID } from 'node:crypto';

export type Json = Record<string, unknown>;

/** An attribute as a server describes it, all of it unsure. */
export interface Described {
  readonly name: string;
  readonly type: string;
  readonly multiValued?: boolean;
  readonly required?: boolean;
  readonly mutability?: string;
  readonly returned?: string;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Described[];
}

export interface Target {
  /** Of the SCIM service, without a slash at its end. */
  readonly baseUrl: string;
  /** The value of the header Authorization. */
  readonly authorization?: string;
}

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** What a server did that it must not, in one sentence. */
class Failure extends Error {}

export function must(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new Failure(sentence);
}

export type Client = (method: string, path: string, body?: unknown) => Promise<Response>;

/** Sends requests as the checks do, and holds every answer to what all of them have in common. */
export function createClient({ baseUrl, authorization }: Target): Client {
  return async (method, path, body) => {
    const response = await fetch(/^https?:/.test(path) ? path : baseUrl + path, {
      method,
      headers: {
        accept: 'application/scim+json',
        'content-type': 'application/scim+json',
        ...(authorization !== undefined && { authorization }),
      },
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { status, headers } = response;
    const text = await response.text();
    if (status === 204 || status === 205) {
      must(text === '', `${method} ${path}: ${status} with a body`);
      return { status, headers, body: {} };
    }
    const type = headers.get('content-type')?.split(';')[0];
    must(
      type === 'application/scim+json' || type === 'application/json',
      `${method} ${path}: the content type is ${type}`,
    );
    const parsed = jsonOf(text, `${method} ${path}`);
    if (Array.isArray(parsed['schemas']) && parsed['schemas'].includes(ERROR)) {
      must(/^[1-5][0-9]{2}$/.test(String(parsed['status'])), `${method} ${path}: the status of the error is no number`);
      must(typeof parsed['status'] === 'string', `${method} ${path}: the status of the error is no string`);
      must(
        Number(parsed['status']) === status,
        `${method} ${path}: the error says ${parsed['status']}, HTTP ${status}`,
      );
    }
    return { status, headers, body: parsed };
  };
}

function jsonOf(text: string, what: string): Json {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json;
  } catch {}
  throw new Failure(`${what}: the body is not a JSON object`);
}

export function mustBeError({ status, body }: Response, expected: number, what: string): void {
  must(status === expected, `${what}: ${status} instead of ${expected}`);
  must((body['schemas'] as unknown[] | undefined)?.includes(ERROR), `${what}: the body is no SCIM error`);
}

const CHECKS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  decimal: (value) => typeof value === 'number',
  dateTime: (value) =>
    typeof value === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value)),
  binary: (value) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
  reference: (value) => typeof value === 'string',
  complex: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Holds a body to a schema: its URN, an id, and each attribute that it has to its type. */
export function mustBeResource(body: Json, urn: string, attributes: readonly Described[], needsId = true): void {
  must((body['schemas'] as unknown[] | undefined)?.includes(urn), `the body is no ${urn}`);
  if (needsId) must(typeof body['id'] === 'string' && body['id'] !== '', 'the id is no string');
  mustHaveTypes(body, attributes, '');
}

function mustHaveTypes(body: Json, attributes: readonly Described[], prefix: string): void {
  for (const { name, type, multiValued, returned, subAttributes } of attributes) {
    const value = body[name];
    const path = prefix + name;
    if (value === undefined) {
      must(returned !== 'always', `${path} is missing`);
      continue;
    }
    must(returned !== 'never', `${path} is returned`);
    must(Boolean(multiValued) === Array.isArray(value), `${path} is ${multiValued ? 'no' : 'an'} array`);
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) {
      must((CHECKS[type] ?? (() => false))(each), `${path} is not of type ${type}`);
      if (type === 'complex') mustHaveTypes(each as Json, subAttributes ?? [], `${path}.`);
    }
    const primaries = values.filter((each) => (each as Json | null)?.['primary'] === true);
    must(primaries.length <= 1, `${path} has ${primaries.length} primary values`);
  }
}

/** A value that nothing speaks against but the server's own mind. */
export function valueFor(attribute: Described, sub = ''): unknown {
  const one = oneFor(attribute, sub);
  return attribute.multiValued ? [one] : one;
}

function oneFor({ name, type, canonicalValues, referenceTypes, subAttributes }: Described, parent: string): unknown {
  if (canonicalValues !== undefined && canonicalValues.length > 0) {
    return canonicalValues[Math.floor(Math.random() * canonicalValues.length)];
  }
  const uuid = randomUUID();
  if (parent === 'emails' && name === 'value') return `${uuid}@${uuid}.com`;
  if (parent === 'phoneNumbers' && name === 'value') return String(Math.floor(1e9 + Math.random() * 9e9));
  switch (type) {
    case 'integer':
      return Math.floor(Math.random() * 2 ** 31);
    case 'decimal':
      return Math.random();
    case 'boolean':
      return name === 'primary' ? true : Math.random() < 0.5;
    case 'dateTime':
      return new Date().toISOString();
    case 'binary':
      return Buffer.from(uuid).toString('base64');
    case 'reference':
      must(
        referenceTypes?.some((each) => each === 'external' || each === 'uri'),
        `${name} refers to other resources`,
      );
      return `https://${uuid}.test`;
    case 'complex':
      return Object.fromEntries(
        (subAttributes ?? [])
          .filter(({ mutability }) => mutability !== 'readOnly')
          .map((each) => [each.name, valueFor(each, name)]),
      );
    default:
      return uuid;
  }
}
