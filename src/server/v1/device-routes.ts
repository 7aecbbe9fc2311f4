import type { FastifyInstance } from 'fastify';
import { ALGORITHMS, DEVICE_ATTRIBUTES, type Device } from '../../domain/device/device.ts';
import { TRANSITIONS } from '../../domain/device/lifecycle.ts';
import type { Selection } from '../../domain/device/selection.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { importedSecret } from '../../domain/otp/imported-secret.ts';
import { accountLabel } from '../../domain/otp/otpauth-uri.ts';
import { bindFilter } from '../../domain/query/bind-filter.ts';
import { DEVICE_SCHEMA } from '../../domain/query/device-schema.ts';
import { parseFilter } from '../../domain/query/parse-filter.ts';
import { Secret } from '../../domain/secret.ts';
import { MAX_SEARCH_WORDS, searchWords, userName } from '../../domain/user.ts';
import { deviceJson, deviceStatus, deviceType } from './device-fields.ts';
import { fieldsOf, flag, listOf, oneOf, parameter, parsed, required, text, wholeNumber } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

const PAGE = 100;
const MAX_PAGE = 1000;

const SELECTION = {
  filter: parsed((filter) => bindFilter(parseFilter(filter), DEVICE_SCHEMA, filter)),
  user: parsed(userName),
  name: text,
  type: listOf(deviceType),
  status: listOf(deviceStatus),
  text: parsed(wordsOf),
  sortBy: oneOf(DEVICE_ATTRIBUTES),
  sortOrder: oneOf(['ascending', 'descending']),
  startIndex: wholeNumber(1),
  count: wholeNumber(0),
};

const ENROLLMENT = {
  type: deviceType,
  user: text,
  email: text,
  phone: text,
  pin: parsed(Secret.ofText),
  secret: parsed(importedSecret),
  allowWeakSecret: flag,
  digits: wholeNumber(1),
  algorithm: oneOf(ALGORITHMS),
  period: wholeNumber(1),
  counter: parsed((digits) => {
    if (!/^[0-9]{1,20}$/.test(digits)) throw invalid('the counter is a text of digits');
    return BigInt(digits);
  }),
  issuer: text,
  account: parsed(accountLabel),
};

/** Devices: list, show, create, change, remove. */
export function registerDeviceRoutes(app: FastifyInstance, { backendOf, authorize }: V1Deps): void {
  app.get('/devices', async (request) => {
    authorize(request, 'device.read');
    const { type: types, status: statuses, text: words, ...query } = fieldsOf(request.query, SELECTION);
    const { sortBy, sortOrder, startIndex = 1, count = PAGE, ...named } = query;
    const selection: Selection = {
      ...named,
      ...(types && { types }),
      ...(statuses && { statuses }),
      ...(words && { words }),
    };
    const page = {
      ...(sortBy !== undefined && { sortBy }),
      descending: sortOrder === 'descending',
      limit: Math.min(count, MAX_PAGE),
      offset: startIndex - 1,
    };
    const backend = backendOf(request);
    const devices: Device[] = [];
    if (page.limit > 0) for await (const some of backend.list(selection, page)) devices.push(...some);
    return { total: await backend.count(selection), startIndex, devices: devices.map(deviceJson) };
  });

  app.get('/devices/:id', async (request) => {
    authorize(request, 'device.read');
    const id = parameter(request, 'id');
    const device = await backendOf(request).find(id);
    if (device === undefined) throw new OtpctlError('device-not-found', 'there is no such device');
    return deviceJson(device);
  });

  app.post('/devices', async (request, reply) => {
    const origin = authorize(request, 'device.create');
    const fields = fieldsOf(request.body, ENROLLMENT);
    const enrollment: EnrollmentRequest = {
      ...fields,
      type: required(fields.type, 'type'),
      user: required(fields.user, 'user'),
    };
    const { device, otpauthUri } = await backendOf(request).create(enrollment, origin);
    reply.code(201).header('location', `${request.routeOptions.url}/${device.id}`);
    return { device: deviceJson(device), ...(otpauthUri && { otpauthUri: otpauthUri.exposeText() }) };
  });

  app.put('/devices/:id/contact', async (request) => {
    const origin = authorize(request, 'device.update');
    const contact = fieldsOf(request.body, { email: text, phone: text });
    return deviceJson(await backendOf(request).update(parameter(request, 'id'), contact, origin));
  });

  for (const to of TRANSITIONS) {
    app.post(`/devices/:id/${to}`, async (request) => {
      const origin = authorize(request, `device.${to}`);
      fieldsOf(request.body, {});
      return deviceJson(await backendOf(request).transition(parameter(request, 'id'), to, origin));
    });
  }

  app.post('/devices/:id/reset-fails', async (request) => {
    const origin = authorize(request, 'device.reset-fails');
    fieldsOf(request.body, {});
    return deviceJson(await backendOf(request).resetFails(parameter(request, 'id'), origin));
  });

  app.delete('/devices/:id', async (request, reply) => {
    await backendOf(request).remove(parameter(request, 'id'), authorize(request, 'device.delete'));
    return reply.code(204).send();
  });
}

function wordsOf(words: string): string[] {
  const found = searchWords(words);
  if (found.length === 0 || found.length > MAX_SEARCH_WORDS) throw invalid(`text is 1 to ${MAX_SEARCH_WORDS} words`);
  return found;
}
