import type { Reply, SoffidState } from './soffid-routes.ts';
import type { LoggedRequest } from './soffid-server.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const DEVICE = 'urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice';
const ABSOLUTE = 'http://unreachable.example:8/soffid/webservice/scim2/v1';

/** What the service says of itself; endpoints are absolute, and on the host that it thinks it has. */
export function discovery({ method, path, query }: LoggedRequest, _state: SoffidState): Reply | undefined {
  if (method !== 'GET') return undefined;
  const answers: Record<string, unknown> = {
    '/ServiceProviderConfig': {
      schemas: [`${CORE}:ServiceProviderConfig`],
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: false },
      authenticationSchemes: [{ type: 'httpbasic', name: 'HTTP Basic', description: 'HTTP Basic' }],
      meta: { location: `${ABSOLUTE}/ServiceProviderConfig`, resourceType: 'ServiceProviderConfig' },
    },
    '/ResourceTypes': {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 1,
      startIndex: 1,
      Resources: [
        {
          schemas: [`${CORE}:ResourceType`],
          id: 'OtpDevice',
          name: 'OtpDevice',
          description: 'OtpDevice object',
          endpoint: `${ABSOLUTE}/OtpDevice`,
          schema: DEVICE,
        },
      ],
    },
  };
  const found = answers[path];
  if (found === undefined) return undefined;
  const headers = { 'content-type': 'application/scim+json' };
  if (path === '/ResourceTypes' && query.has('filter')) {
    const error = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: 'forbidden', status: '403' };
    return { status: 403, headers, body: JSON.stringify(error) };
  }
  return { status: 200, headers, body: JSON.stringify(found) };
}
