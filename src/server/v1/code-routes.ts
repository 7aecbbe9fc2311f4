import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { userName } from '../../domain/user.ts';
import type { Verdict } from '../../domain/verification/verification.ts';
import { deviceJson, deviceType } from './device-fields.ts';
import { fieldsOf, flag, listOf, parameter, parsed, required, text } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

/** Challenges, and codes that are verified. */
export function registerCodeRoutes(app: FastifyInstance, { backendOf, authorize }: V1Deps): void {
  app.get('/challenged', async (request) => {
    authorize(request, 'device.read');
    const { user, type } = fieldsOf(request.query, { user: parsed(userName), type: deviceType });
    const device = await backendOf(request).challenged(required(user, 'user'), type);
    return { device: device === undefined ? null : deviceJson(device) };
  });

  app.post('/devices/:id/challenge', async (request) => {
    const origin = authorize(request, 'device.challenge');
    const options = fieldsOf(request.body, { resend: flag, voice: flag });
    const { expires, ...receipt } = await backendOf(request).challenge(parameter(request, 'id'), options, origin);
    return { ...receipt, ...(expires !== undefined && { expires: toIso(expires) }) };
  });

  app.post('/devices/:id/verify', async (request) => {
    const origin = authorize(request, 'device.verify');
    const { code } = fieldsOf(request.body, { code: text });
    return judged(request, await backendOf(request).verify(parameter(request, 'id'), required(code, 'code'), origin));
  });

  app.post('/devices/:id/resync', async (request) => {
    const origin = authorize(request, 'device.resync');
    const [first, second, ...more] = fieldsOf(request.body, { codes: listOf(text) }).codes ?? [];
    if (first === undefined || second === undefined || more.length > 0)
      throw invalid('codes are two, one after the other');
    return judged(request, await backendOf(request).resync(parameter(request, 'id'), [first, second], origin));
  });
}

function judged(request: FastifyRequest, verdict: Verdict): Verdict {
  request.codeAccepted = verdict.success;
  return verdict;
}
