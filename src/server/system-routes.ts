import type { FastifyInstance } from 'fastify';
import type { Backend } from '../ports/backend.ts';
import { OF_THE_WHOLE_STORE } from './access/key-access.ts';
import { HttpError } from './answers/http-error.ts';
import type { Metrics } from './log/metrics.ts';

/** For monitoring: whether the server runs, whether its store answers, what it has done so far. */
export function registerSystemRoutes(app: FastifyInstance, backend: Backend, metrics: Metrics): void {
  app.get('/healthz', async () => ({ status: 'ok' }));

  app.get('/readyz', async (request) => {
    try {
      await backend.find('1');
    } catch (error) {
      request.log.error({ reqId: request.id, err: error }, 'the store does not answer');
      throw new HttpError(503, 'the store does not answer');
    }
    return { status: 'ok' };
  });

  app.get('/metrics', async ({ scope }, reply) => {
    if (scope !== undefined) throw new HttpError(403, OF_THE_WHOLE_STORE);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.text());
  });
}
