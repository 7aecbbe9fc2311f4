/** One DS100 at the fake, as the API answers about it. */
export interface FakeDevice {
  userId: string;
  tokenSerialNumber: string;
  tokenStatus: string;
  readonly deviceSerialNumber: string;
  readonly [field: string]: unknown;
}

export interface FakeState {
  /** By the serial number of the device. */
  readonly devices: Map<string, FakeDevice>;
  /** Ids of users by their addresses. */
  readonly users: Map<string, string>;
}

export interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  readonly scope: string;
  /** The properties of its body; undefined where it has none. */
  readonly properties?: readonly string[];
  /** The answer; undefined for one without a body. `body` is undefined when it was not what it must be. */
  serve(state: FakeState, body: Record<string, string> | undefined, path: string): FakeAnswer | undefined;
}

interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

const BAD_REQUEST: FakeAnswer = {
  status: 400,
  body: { code: '400 BAD_REQUEST', description: 'Wrong number of properties in the request body.' },
};
const notFound = (what: string): FakeAnswer => ({
  status: 404,
  body: { code: '404 NOT_FOUND', description: `${what} not found` },
});

export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: /^\/v1\/ds100\/lookup$/,
    scope: 'rsa.authenticator.ds100.read',
    properties: ['deviceSerialNumber'],
    serve({ devices }, body) {
      if (body === undefined) return BAD_REQUEST;
      const device = devices.get(body['deviceSerialNumber'] ?? '');
      return device === undefined ? notFound('Authenticator') : { status: 200, body: [device] };
    },
  },
  statusEndpoint('disable', 'Disabled', '2022-05-24T084041.067Z'),
  statusEndpoint('enable', 'Enabled', '2022-05-24T07:30:55.856Z'),
  {
    method: 'PATCH',
    path: /^\/v1\/ds100\/clearPin\/otp$/,
    scope: 'rsa.authenticator.ds100.manage',
    properties: ['tokenSerialNumber', 'userId'],
    serve({ devices }, body) {
      if (body === undefined) return BAD_REQUEST;
      const found = [...devices.values()].find(
        ({ tokenSerialNumber, userId }) => tokenSerialNumber === body['tokenSerialNumber'] && userId === body['userId'],
      );
      if (found === undefined) return notFound('Authenticator');
      return { status: 200, body: { tokenSerialNumber: found.tokenSerialNumber, pinSet: false } };
    },
  },
  {
    method: 'DELETE',
    path: /^\/v1\/ds100\/delete\/otp$/,
    scope: 'rsa.authenticator.ds100.delete',
    properties: ['tokenSerialNumber', 'deviceSerialNumber', 'userId'],
    serve({ devices }, body) {
      if (body === undefined) return BAD_REQUEST;
      const device = devices.get(body['deviceSerialNumber'] ?? '');
      const same = device?.tokenSerialNumber === body['tokenSerialNumber'] && device?.userId === body['userId'];
      if (device === undefined || !same) return notFound('Authenticator');
      devices.delete(device.deviceSerialNumber);
      return undefined;
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/users\/lookup$/,
    scope: 'rsa.user.read',
    properties: ['email'],
    serve({ users }, body) {
      if (body === undefined) return BAD_REQUEST;
      const email = body['email'] ?? '';
      const id = users.get(email);
      if (id === undefined) return notFound(`User ${email}`);
      return { status: 200, body: { id, emailAddress: email, userStatus: 'Enabled', highRiskUser: false } };
    },
  },
  {
    method: 'GET',
    path: /^\/v2\/users\/[^/]+\/devices$/,
    scope: 'rsa.user.read',
    serve({ devices, users }, _, path) {
      const id = decodeURIComponent(path.split('/')[3] ?? '');
      if (![...users.values()].includes(id)) return notFound(`User ${id}`);
      const theirs = [...devices.values()].filter(({ userId }) => userId === id);
      return {
        status: 200,
        body: {
          devices: [{ id: 'phone', deviceType: 'iOS', name: 'a phone' }],
          fidoTokens: [],
          sidTokens: [{ deviceType: 'SID700', tokenSerialNumber: '000123456789', pinSet: 'false' }, ...theirs],
        },
      };
    },
  },
];

function statusEndpoint(verb: string, tokenStatus: string, changedAt: string): Endpoint {
  return {
    method: 'PATCH',
    path: new RegExp(`^/v1/ds100/${verb}/otp$`),
    scope: 'rsa.authenticator.ds100.manage',
    properties: ['deviceSerialNumber', 'userId'],
    serve({ devices }, body) {
      if (body === undefined) return BAD_REQUEST;
      const device = devices.get(body['deviceSerialNumber'] ?? '');
      if (device === undefined || device.userId !== body['userId']) return notFound('Authenticator');
      device.tokenStatus = tokenStatus;
      const { userId, tokenSerialNumber, deviceSerialNumber } = device;
      const record = {
        userId,
        tokenSerialNumber,
        tokenStatus,
        tokenStatusChangedAt: changedAt,
        tokenStatusChangedBy: '<admin subject>',
        deviceSerialNumber,
      };
      return { status: 200, body: [record] };
    },
  };
}
