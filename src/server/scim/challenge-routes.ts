import type { FastifyInstance, FastifyRequest } from 'fastify';
import { challengeCell } from '../../scim/device/pin-pattern.ts';
import { memberOf, membersOf } from '../../scim/messages/json-body.ts';
import { badRequest } from '../../scim/scim-error.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { RequestContext } from './request-context.ts';
import { sendAnswer } from './send-answer.ts';

interface ChallengeDeps {
  readonly dialect: ServedDialect;
  readonly contextOf: (request: FastifyRequest) => RequestContext;
}

type ById = { Params: { id: string } };

/** The two operations that Soffid adds to a device: issue a challenge, and verify the code that answers it. */
export function challengeRoutes(app: FastifyInstance, { dialect, contextOf }: ChallengeDeps): void {
  const authorize = async (request: FastifyRequest) => {
    contextOf(request).authorized('device.verify');
  };

  // No HEAD route: the GET sends messages.
  app.get<ById>(
    '/OtpDevice/:id/requestChallenge',
    { onRequest: authorize, exposeHeadRoute: false, config: { changes: true } },
    async (request, reply) => {
      const origin = contextOf(request).authorized('device.challenge');
      const receipt = await contextOf(request).backend.challenge(request.params.id, {}, origin);
      const { cell, cardNumber, positions, pinLength } = receipt;
      const pattern = positions && pinLength !== undefined ? challengeCell(pinLength, positions) : cell;
      return sendAnswer(reply, dialect, { status: 200, body: { cell: pattern, cardNumber } });
    },
  );

  app.post<ById>('/OtpDevice/:id/responseChallenge', { onRequest: authorize }, async (request, reply) => {
    const origin = contextOf(request).authorized('device.verify');
    const pin = memberOf(membersOf(request.body), 'pin');
    if (typeof pin !== 'string' || pin.trim() === '') throw badRequest('invalidValue', 'pin must be a text, the code');
    const { success, locked } = await contextOf(request).backend.verify(request.params.id, pin, origin);
    request.codeAccepted = success;
    return sendAnswer(reply, dialect, { status: 200, body: { success, locked } });
  });
}
