import { describe, expect, it } from 'vitest';
import { device, ERROR, patch, replace } from '../support/scim-messages.ts';
import { DEVICE_URN, RFC_BASE, SOFFID_BASE, scimServer } from '../support/scim-server.ts';

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

describe('what the server says of itself', () => {
  it('needs no key for its configuration, which says what it can', async () => {
    const { call } = await scimServer();
    const { status, headers, body } = await call('GET', `${RFC_BASE}/ServiceProviderConfig?x=1`, undefined, {
      authorization: '',
    });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/scim+json');
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      meta: { resourceType: 'ServiceProviderConfig', location: 'http://localhost:80/scim/v2/ServiceProviderConfig' },
    });
    expect(body.authenticationSchemes.map(({ type }: { type: string }) => type)).toEqual([
      'oauthbearertoken',
      'httpbasic',
    ]);
  });

  it('lists one type of resources, with a relative endpoint and a schema that is there', async () => {
    const { call } = await scimServer();
    const { status, body } = await call('GET', `${RFC_BASE}/ResourceTypes`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 1,
      Resources: [{ id: 'OtpDevice', name: 'OtpDevice', endpoint: '/OtpDevice', schema: DEVICE_URN }],
    });
    expect((await call('GET', `${RFC_BASE}/ResourceTypes/OtpDevice`)).body).toEqual(body.Resources[0]);
    expect((await call('GET', `${RFC_BASE}/Schemas/${DEVICE_URN}`)).body.id).toBe(DEVICE_URN);
  });

  it('lists the schema of devices and those of the RFC, and none of messages', async () => {
    const { call } = await scimServer(['TOTP', 'HOTP']);
    const { body } = await call('GET', `${RFC_BASE}/Schemas`);
    expect(body.Resources.map(({ name }: { name: string }) => name)).toEqual([
      'OtpDevice',
      'Schema',
      'ResourceType',
      'ServiceProviderConfig',
    ]);
    for (const schema of body.Resources) {
      expect((await call('GET', `${RFC_BASE}/Schemas/${schema.id}`)).body).toEqual(schema);
      expect(schema.id).not.toContain('api:messages');
    }
  });

  it('describes each attribute of a device', async () => {
    const { call } = await scimServer(['TOTP', 'HOTP']);
    const { body } = await call('GET', `${RFC_BASE}/Schemas/${DEVICE_URN}`);
    const shown = body.attributes.map((each: Record<string, unknown>) => [
      each['name'],
      each['type'],
      each['required'],
      each['mutability'],
      each['returned'],
      each['multiValued'],
    ]);
    expect(shown).toEqual([
      ['name', 'string', false, 'readOnly', 'default', false],
      ['type', 'string', true, 'immutable', 'default', false],
      ['user', 'string', true, 'immutable', 'default', false],
      ['status', 'string', true, 'readWrite', 'default', false],
      ['email', 'string', false, 'readWrite', 'default', false],
      ['phone', 'string', false, 'readWrite', 'default', false],
      ['fails', 'integer', false, 'readOnly', 'default', false],
      ['created', 'dateTime', false, 'readOnly', 'default', false],
      ['lastUsed', 'dateTime', false, 'readOnly', 'default', false],
      ['pin', 'string', false, 'writeOnly', 'never', false],
      ['image', 'binary', false, 'readOnly', 'request', false],
    ]);
    expect(body.attributes[1].canonicalValues).toEqual(['TOTP', 'HOTP']);
    expect(body.attributes[3].canonicalValues).toEqual(['C', 'V', 'L', 'D']);
  });

  it.each([RFC_BASE, SOFFID_BASE])('passes over parameters, and refuses a filter with 403, at %s', async (base) => {
    const { call } = await scimServer();
    for (const path of ['ResourceTypes', 'Schemas']) {
      expect((await call('GET', `${base}/${path}?count=0&startIndex=9&attributes=x`)).body.Resources).not.toEqual([]);
      const { status, body } = await call('GET', `${base}/${path}?filter=id%20pr`);
      expect([status, body.status, body.schemas, body.scimType]).toEqual([403, '403', [ERROR], undefined]);
    }
    expect((await call('GET', `${base}/ServiceProviderConfig?filter=id%20pr`)).status).toBe(200);
  });

  it.each(['ServiceProviderConfig', 'ResourceTypes', 'Schemas', 'ResourceTypes/OtpDevice', `Schemas/${DEVICE_URN}`])(
    'cannot be written at /%s: 405 and what is allowed',
    async (path) => {
      const { call } = await scimServer();
      for (const method of WRITES) {
        const { status, headers, body } = await call(method, `${RFC_BASE}/${path}`, '{ nonsense');
        expect([status, headers['allow'], body.status, body.schemas]).toEqual([405, 'GET, HEAD', '405', [ERROR]]);
        expect(headers['content-type']).toBe('application/scim+json');
      }
    },
  );

  it.each([
    'Schemas/5f7c9f4e-0000-4000-8000-000000000000',
    'ResourceTypes/5f7c9f4e-0000-4000-8000-000000000000',
    '5f7c9f4e-0000-4000-8000-000000000000',
    'Users',
    'OtpDevice/5f7c9f4e-0000-4000-8000-000000000000',
    'OtpDevice/1/nothing',
  ])('answers an error object for /%s, which is not there', async (path) => {
    const { call } = await scimServer();
    for (const base of [RFC_BASE, SOFFID_BASE]) {
      const { status, headers, body } = await call('GET', `${base}/${path}`);
      expect(status).toBe(404);
      expect(headers['content-type']).toBe('application/scim+json');
      expect(body).toEqual({ schemas: [ERROR], status: '404', detail: expect.any(String) });
    }
  });

  it('answers /Me with 501', async () => {
    const { call } = await scimServer();
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, body } = await call(method, `${RFC_BASE}/Me`, method === 'GET' ? undefined : 'x');
      expect([status, body.status]).toEqual([501, '501']);
    }
  });
});

describe('who may do what', () => {
  it('is asked for a key with 401 and how to give it', async () => {
    const { call } = await scimServer();
    const { status, headers, body } = await call('GET', `${RFC_BASE}/OtpDevice`, undefined, { authorization: '' });
    expect([status, headers['www-authenticate'], body.status]).toEqual([401, 'Bearer realm="otpctl"', '401']);
    const post = await call('POST', `${RFC_BASE}/OtpDevice`, '{ nonsense', { authorization: '' });
    expect(post.status).toBe(401);
  });

  it.each([
    ['query', 'GET', '', undefined, 200],
    ['audit', 'GET', '', undefined, 403],
    ['verify', 'GET', '', undefined, 200],
    ['unlock', 'PATCH', '', status('C'), 200],
    ['unlock', 'PATCH', '', status('V'), 403],
    ['unlock', 'PATCH', '', status('L'), 403],
    ['unlock', 'PATCH', '', status('D'), 403],
    ['manage', 'PATCH', '', status('L'), 200],
    ['cancel', 'PATCH', '', status('D'), 200],
    ['cancel', 'PATCH', '', status('V'), 403],
    ['unlock', 'PATCH', '', both(), 403],
    ['query', 'PATCH', '', status('V'), 403],
    ['manage', 'PATCH', '', both(), 200],
    ['manage', 'PATCH', '', status('C'), 200],
    ['unlock,cancel', 'DELETE', '', undefined, 403],
    ['manage', 'DELETE', '', undefined, 204],
    ['query', 'GET', '/requestChallenge', undefined, 403],
    ['verify', 'GET', '/requestChallenge', undefined, 200],
    ['query', 'POST', '/responseChallenge', { pin: '000000' }, 403],
    ['verify', 'POST', '/responseChallenge', { pin: '000000' }, 200],
  ])('with the role %s: %s %s %j is %i', async (role, method, path, body, expected) => {
    const { call } = await scimServer();
    const { body: made } = await call('POST', `${RFC_BASE}/OtpDevice`, device());
    const url = `${RFC_BASE}/OtpDevice/${made.id}${path}`;
    const answer = await call(method, url, body, { authorization: `Bearer ${role}` });
    expect(answer.status).toBe(expected);
    if (expected === 403) expect(answer.body.detail).toContain('lacks the role');
  });

  it('takes manage to create, whatever the status', async () => {
    const { call } = await scimServer();
    for (const role of ['query', 'verify', 'unlock', 'cancel', 'audit']) {
      const made = await call('POST', `${RFC_BASE}/OtpDevice`, device(), { authorization: `Bearer ${role}` });
      expect(made.status).toBe(403);
    }
    expect((await call('GET', `${RFC_BASE}/OtpDevice`)).body.totalResults).toBe(0);
  });
});

function status(value: string): unknown {
  return replace('status', value);
}

function both(): unknown {
  return patch({ op: 'replace', value: { status: 'V', email: 'somebody' } });
}
