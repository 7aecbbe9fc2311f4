import { describe, expect, it } from 'vitest';
import { device, ERROR, replace } from '../support/scim-messages.ts';
import { RFC_BASE, SOFFID_BASE, scimServer } from '../support/scim-server.ts';

const BULK = `${RFC_BASE}/Bulk`;
const DEVICES = `${RFC_BASE}/OtpDevice`;
const at = (id: string) => `http://localhost:80${DEVICES}/${id}`;

const bulk = (operations: unknown, more: Record<string, unknown> = {}) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: operations,
  ...more,
});
const post = (bulkId: string, more: Record<string, unknown> = {}) => ({
  method: 'POST',
  path: '/OtpDevice',
  bulkId,
  data: device(more),
});

describe('a bulk request', () => {
  it('answers each operation as if it had come alone', async () => {
    const { call } = await scimServer();
    const { status, headers, body } = await call(
      'POST',
      BULK,
      bulk([
        post('a'),
        { method: 'patch', path: '/OtpDevice/bulkId:a', data: replace('status', 'V') },
        { method: 'PUT', path: '/OtpDevice/99', data: device({ status: 'C' }) },
        { method: 'POST', path: '/OtpDevice', bulkId: 'b', data: device({ type: 'X' }) },
        { method: 'DELETE', path: '/OtpDevice/bulkId:a' },
      ]),
    );
    expect([status, headers['content-type']]).toEqual([200, 'application/scim+json']);
    const version = expect.stringMatching(/^W\//);
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: [
        { method: 'POST', bulkId: 'a', location: at('1'), version, status: '201' },
        { method: 'PATCH', location: at('1'), version, status: '200' },
        {
          method: 'PUT',
          location: at('99'),
          status: '404',
          response: { schemas: [ERROR], status: '404', detail: 'there is no resource 99' },
        },
        {
          method: 'POST',
          bulkId: 'b',
          status: '400',
          response: { schemas: [ERROR], status: '400', scimType: 'invalidValue', detail: expect.any(String) },
        },
        { method: 'DELETE', location: at('1'), status: '204' },
      ],
    });
    expect((await call('GET', DEVICES)).body.totalResults).toBe(0);
  });

  it('resolves references in data and paths, forward too', async () => {
    const { call } = await scimServer();
    const { body } = await call(
      'POST',
      BULK,
      bulk([
        { method: 'PATCH', path: '/OtpDevice/bulkId:b', data: replace('externalId', 'bulkId:a') },
        post('b', { externalId: 'bulkId:a' }),
        post('a', { externalId: 'not bulkId:b' }),
      ]),
    );
    expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual(['200', '201', '201']);
    const resources = (await call('GET', DEVICES)).body.Resources;
    expect(resources.map((each: Record<string, unknown>) => [each['id'], each['externalId']])).toEqual([
      ['1', 'not bulkId:b'],
      ['2', '1'],
    ]);
  });

  it('refuses references that lead back, to nothing, and to what failed', async () => {
    const { call } = await scimServer();
    const { body } = await call(
      'POST',
      BULK,
      bulk([
        post('a', { externalId: 'bulkId:b' }),
        post('b', { externalId: 'bulkId:a' }),
        post('c', { externalId: 'bulkId:nothing' }),
        post('d', { type: 'X' }),
        { method: 'DELETE', path: '/OtpDevice/bulkId:d' },
        post('self', { externalId: 'bulkId:self' }),
      ]),
    );
    const shown = body.Operations.map(({ status, response }: { status: string; response: { scimType: string } }) => [
      status,
      response.scimType,
    ]);
    expect(shown).toEqual([
      ['409', 'invalidValue'],
      ['409', 'invalidValue'],
      ['400', 'invalidValue'],
      ['400', 'invalidValue'],
      ['409', 'invalidValue'],
      ['409', 'invalidValue'],
    ]);
    expect((await call('GET', DEVICES)).body.totalResults).toBe(0);
  });

  it('stops after as many errors as it may have, and answers what it did', async () => {
    const { call } = await scimServer();
    const wrong = { method: 'DELETE', path: '/OtpDevice/99' };
    for (const [failOnErrors, count] of [
      [1, 2],
      [2, 4],
      [3, 5],
    ]) {
      const operations = [post('a'), wrong, post('b'), wrong, post('c')];
      const { body } = await call('POST', BULK, bulk(operations, { failOnErrors }));
      expect(body.Operations).toHaveLength(count as number);
    }
  });

  it.each([
    ['POST without a bulkId', [{ method: 'POST', path: '/OtpDevice', data: device() }], ['400']],
    ['one bulkId twice', [post('a'), post('a')], ['201', '400']],
    ['an unknown method', [{ method: 'GET', path: '/OtpDevice/1' }], ['400']],
    ['no method', [{ path: '/OtpDevice/1' }], ['400']],
    ['POST to a resource', [{ ...post('a'), path: '/OtpDevice/1' }], ['400']],
    ['DELETE of all', [{ method: 'DELETE', path: '/OtpDevice' }], ['400']],
    ['an unknown type', [{ ...post('a'), path: '/Users' }], ['404']],
    ['a whole URL', [{ ...post('a'), path: 'http://localhost/scim/v2/OtpDevice' }], ['404']],
    ['bulk in bulk', [{ ...post('a'), path: '/Bulk' }], ['404']],
    ['no path', [{ method: 'POST', bulkId: 'a', data: device() }], ['404']],
    ['no data', [{ method: 'POST', path: '/OtpDevice', bulkId: 'a' }], ['400']],
    ['__proto__ in its data', [{ ...post('a'), data: JSON.parse('{"__proto__":{"type":"TOTP"}}') }], ['400']],
    [
      'another version',
      [post('a'), { method: 'DELETE', path: '/OtpDevice/bulkId:a', version: 'W/"x"' }],
      ['201', '412'],
    ],
  ])('with %s answers that operation', async (_, operations, statuses) => {
    const { call } = await scimServer();
    const { status, body } = await call('POST', BULK, bulk(operations));
    expect(status).toBe(200);
    expect(body.Operations.map((each: { status: string }) => each.status)).toEqual(statuses);
  });

  it('asks for the role of each operation', async () => {
    const { call } = await scimServer();
    await call('POST', DEVICES, device());
    await call('PATCH', `${DEVICES}/1`, replace('status', 'V'));
    await call('PATCH', `${DEVICES}/1`, replace('status', 'L'));
    const { body } = await call(
      'POST',
      BULK,
      bulk([
        { method: 'PATCH', path: '/OtpDevice/1', data: replace('status', 'V') },
        { method: 'PATCH', path: '/OtpDevice/1', data: replace('status', 'D') },
        post('a'),
      ]),
      { authorization: 'Bearer unlock' },
    );
    expect(body.Operations.map((each: { status: string }) => each.status)).toEqual(['200', '403', '403']);
    expect((await call('POST', BULK, bulk([post('a')]), { authorization: '' })).status).toBe(401);
  });

  it.each([
    [{ ...bulk([post('a')]), schemas: undefined }, 400, 'invalidSyntax'],
    [bulk([]), 400, 'invalidSyntax'],
    [bulk('x'), 400, 'invalidSyntax'],
    [bulk(['x']), 400, 'invalidSyntax'],
    [bulk([{ method: 5 }]), 400, 'invalidSyntax'],
    [bulk([post('a')], { failOnErrors: 0 }), 400, 'invalidValue'],
    [bulk([post('a')], { failOnErrors: 'x' }), 400, 'invalidValue'],
    [bulk(Array.from({ length: 101 }, (_, n) => post(`b${n}`))), 413, undefined],
    [bulk([post('a', { externalId: 'x'.repeat(1_048_576) })]), 413, undefined],
  ])('of the wrong form is refused as a whole: case %#', async (message, expected, scimType) => {
    const { call } = await scimServer();
    const { status, body } = await call('POST', BULK, message);
    expect([status, body.status, body.scimType]).toEqual([expected, String(expected), scimType]);
    if (expected === 413) expect(body.detail).toMatch(/maxOperations|maxPayloadSize/);
    expect((await call('GET', DEVICES)).body.totalResults).toBe(0);
  });

  it('may have a hundred operations', async () => {
    const { call } = await scimServer();
    const { body } = await call('POST', BULK, bulk(Array.from({ length: 100 }, (_, n) => post(`b${n}`))));
    expect(body.Operations.every((each: { status: string }) => each.status === '201')).toBe(true);
    expect((await call('GET', `${DEVICES}?count=0`)).body.totalResults).toBe(100);
  });

  it('is not there in the Soffid dialect', async () => {
    const { call } = await scimServer();
    expect((await call('POST', `${SOFFID_BASE}/Bulk`, bulk([post('a')]))).status).toBe(404);
    expect((await call('GET', `${SOFFID_BASE}/ServiceProviderConfig`)).body.bulk.supported).toBe(false);
  });
});
