import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  createClient,
  type Described,
  type Json,
  LIST,
  must,
  mustBeError,
  mustBeResource,
  PATCH,
  SEARCH,
  type Target,
  valueFor,
} from './scim-check-client.ts';

export interface CheckResult {
  readonly number: number;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly why?: string;
}

interface Type {
  readonly name: string;
  readonly endpoint: string;
  readonly urn: string;
  readonly attributes: readonly Described[];
}

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const EXTERNAL_ID: Described = { name: 'externalId', type: 'string', mutability: 'readWrite', returned: 'default' };

/** The numbered checks that an independent tester makes of a SCIM server, driven by what the server says of itself. */
export async function* scimChecks(target: Target): AsyncGenerator<CheckResult> {
  const call = createClient(target);
  const discovery = discoveryChecks(call);
  for (const [number, name, check] of discovery) yield await run(number, name, check);
  let types: readonly Type[] = [];
  let patches = false;
  yield await run(13, 'every resource type has a schema with its URN', async () => {
    types = await typesOf(call);
    patches = ((await call('GET', '/ServiceProviderConfig')).body['patch'] as Json)['supported'] === true;
  });
  yield await run(14, 'an unknown path is 404', async () => {
    mustBeError(await call('GET', `/${randomUUID()}`), 404, 'an unknown path');
  });
  for (const type of types) {
    for (const [number, name, check] of typeChecks(call, type)) {
      const named = `${type.name}: ${name}`;
      if (number >= 26 && !patches) yield { number, name: named, outcome: 'skipped', why: 'patch is not supported' };
      else yield await run(number, named, check);
    }
  }
}

type Check = readonly [number, string, () => Promise<void>];

async function run(number: number, name: string, check: () => Promise<void>): Promise<CheckResult> {
  try {
    await check();
    return { number, name, outcome: 'passed' };
  } catch (error) {
    return { number, name, outcome: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

function discoveryChecks(call: Client): readonly Check[] {
  const whole = async (path: string, urn: string): Promise<readonly Json[]> => {
    const { status, body } = await call('GET', path);
    must(status === 200, `GET ${path}: ${status}`);
    const resources = listed(body);
    must(resources.length > 0, `GET ${path} lists nothing`);
    for (const each of resources) mustBeResource(each, urn, []);
    return resources;
  };
  const refuses = (path: string) => async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status } = await call(method, path, method === 'DELETE' ? undefined : {});
      must(status === 405, `${method} ${path}: ${status} instead of 405`);
    }
  };
  const each = (path: string, urn: string) => async () => {
    for (const { id } of await whole(path, urn)) {
      const { status, body } = await call('GET', `${path}/${id}`);
      must(status === 200, `GET ${path}/${id}: ${status}`);
      mustBeResource(body, urn, []);
      must(body['id'] === id, `GET ${path}/${id} has the id ${body['id']}`);
    }
  };
  const unknown = (path: string) => async () =>
    mustBeError(await call('GET', `${path}/${randomUUID()}`), 404, `an unknown id under ${path}`);
  return [
    [1, 'the configuration', () => configuration(call)],
    [2, 'the configuration cannot be written', refuses('/ServiceProviderConfig')],
    [3, 'resource types', async () => void (await whole('/ResourceTypes', `${CORE}:ResourceType`))],
    [4, 'each resource type', each('/ResourceTypes', `${CORE}:ResourceType`)],
    [
      5,
      'the schema of each resource type',
      async () => {
        for (const { schema } of await whole('/ResourceTypes', `${CORE}:ResourceType`)) {
          const { status, body } = await call('GET', `/Schemas/${schema}`);
          must(status === 200 && body['id'] === schema, `GET /Schemas/${schema}: ${status}`);
        }
      },
    ],
    [6, 'an unknown resource type is 404', unknown('/ResourceTypes')],
    [7, 'resource types cannot be written', refuses('/ResourceTypes')],
    [8, 'schemas', async () => void (await whole('/Schemas', `${CORE}:Schema`))],
    [9, 'each schema', each('/Schemas', `${CORE}:Schema`)],
    [10, 'an unknown schema is 404', unknown('/Schemas')],
    [11, 'schemas cannot be written', refuses('/Schemas')],
    [
      12,
      'the schemas of discovery are among them',
      async () => {
        const names = (await whole('/Schemas', `${CORE}:Schema`)).map(({ name }) => name);
        for (const name of ['ResourceType', 'ServiceProviderConfig', 'Schema']) {
          must(names.includes(name), `there is no schema ${name}`);
        }
      },
    ],
  ];
}

async function configuration(call: Client): Promise<void> {
  const { status, body } = await call('GET', '/ServiceProviderConfig');
  must(status === 200, `GET /ServiceProviderConfig: ${status}`);
  must((body['schemas'] as string[]).includes(`${CORE}:ServiceProviderConfig`), 'it is no ServiceProviderConfig');
  const part = (name: string) => (body[name] ?? {}) as Json;
  for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
    must(typeof part(name)['supported'] === 'boolean', `${name}.supported is no boolean`);
  }
  must(Number.isInteger(part('bulk')['maxOperations']), 'bulk.maxOperations is no integer');
  must(Number.isInteger(part('bulk')['maxPayloadSize']), 'bulk.maxPayloadSize is no integer');
  must(Number.isInteger(part('filter')['maxResults']), 'filter.maxResults is no integer');
  const schemes = body['authenticationSchemes'];
  must(Array.isArray(schemes), 'authenticationSchemes is no array');
  for (const { type, name, description } of schemes) {
    must(/^(oauth|oauth2|oauthbearertoken|httpbasic|httpdigest)$/.test(type), `there is no scheme ${type}`);
    must(typeof name === 'string' && typeof description === 'string', 'a scheme lacks its name or description');
  }
}

function listed(body: Json): readonly Json[] {
  must((body['schemas'] as unknown[] | undefined)?.includes(LIST), 'the body is no ListResponse');
  const { totalResults, Resources } = body;
  must(Number.isInteger(totalResults), 'totalResults is no integer');
  must(Array.isArray(Resources) || totalResults === 0, 'Resources is missing');
  return (Resources ?? []) as Json[];
}

async function typesOf(call: Client): Promise<readonly Type[]> {
  const schemas = listed((await call('GET', '/Schemas')).body);
  return listed((await call('GET', '/ResourceTypes')).body).map(({ name, endpoint, schema }) => {
    const found = schemas.find(({ id }) => id === schema);
    must(found !== undefined, `there is no schema ${schema}`);
    const attributes = [EXTERNAL_ID, ...(found['attributes'] as Described[])];
    return { name: String(name), endpoint: String(endpoint), urn: String(schema), attributes };
  });
}

function typeChecks(call: Client, { endpoint, urn, attributes }: Type): readonly Check[] {
  const writable = attributes.filter(({ mutability }) => mutability !== 'readOnly');
  const valuesOf = (some: readonly Described[]) => Object.fromEntries(some.map((each) => [each.name, valueFor(each)]));
  const minimal = () => ({ schemas: [urn], ...valuesOf(writable.filter(({ required }) => required)) });
  const full = () => ({ schemas: [urn], ...valuesOf(writable) });

  /** Works on a resource of its own, which is taken away after it. */
  const within = (body: () => Json, work: (made: Json, path: string) => Promise<void>) => async () => {
    const { status, body: made } = await call('POST', endpoint, body());
    must(status === 201, `POST ${endpoint}: ${status} ${String(made['detail'] ?? '')}`);
    mustBeResource(made, urn, attributes);
    const path = `${endpoint}/${made['id']}`;
    try {
      await work(made, path);
    } finally {
      await call('DELETE', path).catch(() => undefined);
    }
  };
  const read = async (path: string): Promise<Json> => {
    const { status, body } = await call('GET', path);
    must(status === 200, `GET ${path}: ${status}`);
    return body;
  };
  const one = async (path: string): Promise<Json> => {
    const body = await read(path);
    mustBeResource(body, urn, path.includes('?') ? [] : attributes);
    return body;
  };
  const inList = (body: Json, { id }: Json): Json => {
    const found = listed(body).find((each) => each['id'] === id);
    must(found !== undefined, `${id} is not in the list`);
    mustBeResource(found, urn, []);
    return found;
  };
  const [first, second] = attributes.filter(
    ({ returned, mutability, required }) =>
      (returned ?? 'default') === 'default' && mutability !== 'readOnly' && !required,
  );
  const a = String(first?.name);
  const b = String(second?.name ?? first?.name);
  const search = async (more: Json): Promise<Json> => {
    const { status, body } = await call('POST', '/.search', { schemas: [SEARCH], ...more });
    must(status === 200, `POST /.search: ${status}`);
    return body;
  };
  const patch = async (path: string, operation: Json): Promise<readonly Json[]> => {
    const { status, body } = await call('PATCH', path, { schemas: [PATCH], Operations: [operation] });
    must(
      status === 200 || status === 204,
      `PATCH ${JSON.stringify(operation)}: ${status} ${String(body['detail'] ?? '')}`,
    );
    return [...(status === 200 ? [body] : []), await one(path)];
  };
  const writes = (op: string, some: readonly Described[]) => async (_: Json, path: string) => {
    for (const attribute of some) {
      const value = valueFor(attribute);
      for (const body of await patch(path, { op, path: attribute.name, value })) {
        if (attribute.mutability === 'writeOnly') continue;
        must(isDeepStrictEqual(body[attribute.name], value), `${attribute.name} is not what ${op} made it`);
      }
    }
  };

  return [
    [15, 'a creation', within(minimal, async () => {})],
    [16, 'one is read', within(minimal, async ({ id }, path) => must((await one(path))['id'] === id, 'another id'))],
    [17, 'all are listed', within(minimal, async (made) => void inList(await read(endpoint), made))],
    [18, 'attributes', within(full, async (_, path) => must(a in (await one(`${path}?attributes=${a}`)), `no ${a}`))],
    [
      19,
      'excludedAttributes',
      within(full, async (_, path) => must(!(b in (await one(`${path}?excludedAttributes=${b}`))), `there is ${b}`)),
    ],
    [
      20,
      'attributes of a list',
      within(full, async (made) => must(a in inList(await read(`${endpoint}?attributes=${a}`), made), `no ${a}`)),
    ],
    [
      21,
      'excludedAttributes of a list',
      within(full, async (made) =>
        must(!(b in inList(await read(`${endpoint}?excludedAttributes=${b}`), made)), `there is ${b}`),
      ),
    ],
    [
      22,
      'attributes of a search',
      within(full, async (made) => must(a in inList(await search({ attributes: [a] }), made), `no ${a}`)),
    ],
    [
      23,
      'excludedAttributes of a search',
      within(full, async (made) =>
        must(!(b in inList(await search({ excludedAttributes: [b] }), made)), `there is ${b}`),
      ),
    ],
    [
      24,
      'a replacement',
      within(minimal, async (made, path) => {
        const kept = writable.filter(({ name, mutability }) => mutability === 'immutable' && name in made);
        const body = { ...full(), ...Object.fromEntries(kept.map(({ name }) => [name, made[name]])) };
        const { status, body: put } = await call('PUT', path, body);
        must(status === 200, `PUT ${path}: ${status} ${String(put['detail'] ?? '')}`);
        mustBeResource(put, urn, attributes);
      }),
    ],
    [
      25,
      'a deletion',
      within(minimal, async (_, path) => {
        const { status } = await call('DELETE', path);
        must(status === 204, `DELETE ${path}: ${status}`);
        mustBeError(await call('GET', path), 404, 'what was deleted');
      }),
    ],
    [
      26,
      'PATCH add',
      within(
        minimal,
        writes(
          'add',
          writable.filter(({ required }) => !required),
        ),
      ),
    ],
    [
      27,
      'PATCH remove',
      within(full, async (made, path) => {
        for (const { name, required, mutability } of writable) {
          if (required || mutability === 'immutable' || !(name in made)) continue;
          for (const body of await patch(path, { op: 'remove', path: name })) must(!(name in body), `${name} is there`);
        }
      }),
    ],
    [
      28,
      'PATCH replace',
      within(
        minimal,
        writes(
          'replace',
          writable.filter(({ mutability }) => mutability !== 'immutable'),
        ),
      ),
    ],
  ];
}
