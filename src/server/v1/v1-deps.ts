import type { FastifyRequest } from 'fastify';
import type { Role } from '../../domain/api-key/role.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { SendLines } from './json-lines.ts';

export interface V1Deps {
  readonly backend: ServableBackend;
  readonly clock: Clock;
  authorize(request: FastifyRequest, role: Role): Origin;
  readonly sendLines: SendLines;
}
