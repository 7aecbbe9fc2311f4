import type { FastifyRequest } from 'fastify';
import type { Action } from '../../domain/api-key/rights.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { SendLines } from './json-lines.ts';

export interface V1Deps {
  /** What there is for a request. */
  backendOf(request: FastifyRequest): ServableBackend;
  readonly clock: Clock;
  authorize(request: FastifyRequest, action: Action): Origin;
  readonly sendLines: SendLines;
}
