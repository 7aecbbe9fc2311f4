import type { FastifyInstance } from 'fastify';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { CHANNELS } from '../../domain/provider-call/channel.ts';
import type { SettingValue } from '../../domain/settings/setting-value.ts';
import type { DeliveryStep } from '../../ports/messenger.ts';
import { answerTo } from '../answers/error-answer.ts';
import { fieldsOf, flag, oneOf, type Reader, recordOf, required, text } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

const settingValue: Reader<SettingValue | null> = (value, name) => {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as SettingValue | null;
  throw invalid(`${name} holds something that is no text, number, true, false or null`);
};

export function registerSettingRoutes(app: FastifyInstance, { backendOf, authorize }: V1Deps): void {
  app.get('/settings', async (request) => {
    authorize(request, 'settings.read');
    return { settings: await backendOf(request).settings.list() };
  });

  app.patch('/settings', async (request) => {
    const origin = authorize(request, 'settings.change');
    const { values, dryRun = false } = fieldsOf(request.body, { values: recordOf(settingValue), dryRun: flag });
    return backendOf(request).settings.change(required(values, 'values'), origin, { dryRun, remote: true });
  });

  app.post('/settings/test', async (request, reply) => {
    const origin = authorize(request, 'settings.change');
    const { channel, to } = fieldsOf(request.body, { channel: oneOf(CHANNELS), to: text });
    const steps: DeliveryStep[] = [];
    const report = (step: DeliveryStep) => steps.push(step);
    try {
      await backendOf(request).settings.test(required(channel, 'channel'), required(to, 'to'), origin, report, {
        remote: true,
      });
    } catch (error) {
      // The steps that succeeded are part of the answer: they tell where it failed.
      if (!(error instanceof OtpctlError) || error.code !== 'delivery-failed') throw error;
      const { status, code, message, hint, step } = answerTo(error, request.id);
      return reply.code(status).send({ error: { code, message, hint, step }, steps });
    }
    return { steps };
  });
}
