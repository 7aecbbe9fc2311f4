import { issue, validate } from './soffid-codes.ts';
import { deviceJson, type SoffidDevice } from './soffid-device.ts';
import { discovery } from './soffid-discovery.ts';
import { enrolled, qrImage, refuseUnknown, statusOf } from './soffid-enrolment.ts';
import { SoffidRefusal } from './soffid-filter.ts';
import { listBody } from './soffid-list.ts';
import type { LoggedRequest, SoffidDouble, SoffidOptions } from './soffid-server.ts';
import { OPERATOR } from './soffid-server.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SoffidState {
  readonly double: SoffidDouble;
  readonly options: SoffidOptions;
  readonly counters: { id: bigint; name: number };
}

const NOT_FOUND: Reply = { status: 404 };
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Answers a request as the service does. */
export function route(request: LoggedRequest, state: SoffidState): Reply {
  const refused = unauthorised(request);
  if (refused !== undefined) return refused;
  try {
    return discovery(request, state) ?? devices(request, state);
  } catch (error) {
    if (!(error instanceof SoffidRefusal) && !(error instanceof SyntaxError)) throw error;
    return failed(400, error.message);
  }
}

function unauthorised({ headers }: LoggedRequest): Reply | undefined {
  const { username, password } = OPERATOR;
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  if (headers['authorization'] === expected) return undefined;
  return { status: 401, headers: { 'www-authenticate': 'Basic realm="Soffid", charset=UTF_8' } };
}

/** The status in the body is always the same, whatever that of the answer is. */
function failed(status: number, detail: string, inBody = '500'): Reply {
  return json(status, JSON.stringify({ schemas: [ERROR], detail, status: inBody }));
}

function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/scim+json', ...headers }, body };
}

function devices(request: LoggedRequest, state: SoffidState): Reply {
  const [, resource, idText, action] = request.path.split('/');
  if (resource !== 'OtpDevice') return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404</h1>' };
  if (state.options.allowed === false) {
    throw new SoffidRefusal(
      'java.lang.SecurityException: Not authorized to invoke otp:manage\ncaused by es.caib.X: no',
    );
  }
  if (idText === undefined || idText === '.search') return collection(request, state, idText === '.search');
  if (!/^[0-9]{1,19}$/.test(idText)) return { ...NOT_FOUND, body: '<html>not found</html>' };
  const device = state.double.devices.get(BigInt(idText));
  if (action !== undefined) return device === undefined ? NOT_FOUND : challenges(request, state, device, action);
  return one(request, state, device);
}

function collection(request: LoggedRequest, state: SoffidState, search: boolean): Reply {
  if (request.method === 'GET' || search) {
    return json(
      200,
      listBody([...state.double.devices.values()], request.query, address(request), state.options.zone ?? 'UTC'),
    );
  }
  if (request.method !== 'POST') return { status: 405, body: '<html>405</html>' };
  const { double, options, counters } = state;
  const body = JSON.parse(request.body) as Record<string, unknown>;
  if (double.disabledTypes.has(String(body['type']))) {
    throw new SoffidRefusal(`java.lang.Exception: ${body['type']} is disabled by system administrator`);
  }
  const device = enrolled(
    body,
    counters.id,
    () => counters.name++,
    options.clock.now() * 1000,
    options.random.bytes,
    new Set(options.users ?? ['ada', 'bob']),
  );
  counters.id++;
  double.devices.set(device.id, device);
  const image = qrImage(device, 'Ada Lovelace');
  const written = deviceJson(device, options.zone ?? 'UTC', address(request), {
    links: false,
    ...(image && { image }),
  });
  return json(201, written, { location: `http://wrong-host.example:9/soffid/OtpDevice/${device.id}` });
}

function one(request: LoggedRequest, state: SoffidState, device: SoffidDevice | undefined): Reply {
  const { double, options } = state;
  const zone = options.zone ?? 'UTC';
  if (request.method === 'DELETE') {
    if (device === undefined) return failed(404, '!RoleSvc.roleNotFound!', '404');
    double.devices.delete(device.id);
    return { status: 204 };
  }
  if (device === undefined) return NOT_FOUND;
  if (request.method === 'GET') {
    const names = (key: string) => request.query.get(key)?.split(',');
    const [only, but] = [names('attributes'), names('excludedAttributes')];
    return json(200, deviceJson(device, zone, address(request), { ...(only && { only }), ...(but && { but }) }));
  }
  if (request.method !== 'PUT' && request.method !== 'PATCH') return { status: 405, body: '<html>405</html>' };
  const body = JSON.parse(request.body) as Record<string, unknown>;
  const echo: SoffidDevice = { ...device };
  if (request.method === 'PUT') {
    refuseUnknown(body);
    for (const name of ['type', 'created']) {
      if (body[name] === undefined)
        throw new SoffidRefusal(`java.lang.IllegalArgumentException: ${name} cannot be null`);
    }
    Object.assign(echo, {
      name: body['name'] ?? device.name,
      user: body['user'] ?? device.user,
      status: statusOf(body['status']),
    });
  } else patch(echo, body);
  // Nothing else is stored, whatever the answer looks like.
  device.status = echo.status;
  return json(200, deviceJson(echo, zone, address(request)));
}

interface PatchOperation {
  readonly op?: string;
  readonly path?: string;
  readonly value?: unknown;
}

function patch(echo: SoffidDevice, body: Readonly<Record<string, unknown>>): void {
  const operations = body['Operations'] as readonly PatchOperation[] | undefined;
  if (operations === undefined) throw new SoffidRefusal('java.lang.NullPointerException');
  for (const { op, path, value } of operations) {
    if (path?.includes('[')) throw new SoffidRefusal('java.lang.Exception: search clause is not supported');
    if (op === 'add' && typeof value !== 'object') throw new SoffidRefusal('java.lang.ClassCastException: String');
    if (op === 'remove' && path === 'status') echo.status = 'C';
    if (op !== 'replace' && op !== 'add') continue;
    const values = path === undefined ? (value as Record<string, unknown>) : { [path]: value };
    if (values['status'] !== undefined) echo.status = statusOf(values['status']);
    if (values['user'] !== undefined) echo.user = String(values['user']);
  }
}

function challenges(request: LoggedRequest, state: SoffidState, device: SoffidDevice, action: string): Reply {
  const { double, options } = state;
  if (double.disabledTypes.has(device.type)) throw new SoffidRefusal(`java.lang.Exception: ${device.type} is disabled`);
  if (action === 'requestChallenge' && request.method === 'GET') {
    const draw = (below: number) => (options.random.bytes(1)[0] as number) % below;
    const cell = issue(device, options.clock.now() * 1000, draw, double.sent);
    return json(200, JSON.stringify({ cell, cardNumber: device.name }));
  }
  if (action === 'responseChallenge' && request.method === 'POST') {
    const { pin } = JSON.parse(request.body) as { readonly pin?: string };
    if (!pin?.trim()) throw new SoffidRefusal('java.lang.IllegalArgumentException: pin cannot be null');
    return json(200, JSON.stringify(validate(device, pin, options.clock.now() * 1000)));
  }
  return { status: 405, headers: { 'content-type': 'text/html' }, body: '<html>405</html>' };
}

function address({ headers }: LoggedRequest): string {
  return `http://unreachable.example:8/${String(headers['host']).length}/soffid/webservice/scim2/v1`;
}
