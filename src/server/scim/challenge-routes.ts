import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Backend } from '../../ports/backend.ts';
import { challengeCell } from '../../scim/device/pin-pattern.ts';
import { memberOf, membersOf } from '../../scim/messages/json-body.ts';
import { badRequest } from '../../scim/scim-error.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { Exchange } from './exchange.ts';
import { sendAnswer } from './send-answer.ts';

interface ChallengeDeps {
  readonly backend: Backend;
  readonly dialect: ServedDialect;
  readonly exchangeOf: (request: FastifyRequest) => Exchange;
}

type ById = { Params: { id: string } };

/** The two operations that Soffid adds to a device: to have a code sent or digits chosen, and to judge the answer. */
export function challengeRoutes(app: FastifyInstance, { backend, dialect, exchangeOf }: ChallengeDeps): void {
  const authorize = async (request: FastifyRequest) => {
    exchangeOf(request).authorized('verify');
  };

  // Not for HEAD: it sends messages.
  app.get<ById>(
    '/OtpDevice/:id/requestChallenge',
    { onRequest: authorize, exposeHeadRoute: false, config: { changes: true } },
    async (request, reply) => {
      const origin = exchangeOf(request).authorized('verify');
      const receipt = await backend.challenge(request.params.id, {}, origin);
      const { cell, cardNumber, positions, pinLength } = receipt;
      const pattern = positions && pinLength !== undefined ? challengeCell(pinLength, positions) : cell;
      return sendAnswer(reply, dialect, { status: 200, body: { cell: pattern, cardNumber } });
    },
  );

  app.post<ById>('/OtpDevice/:id/responseChallenge', { onRequest: authorize }, async (request, reply) => {
    const origin = exchangeOf(request).authorized('verify');
    const pin = memberOf(membersOf(request.body), 'pin');
    if (typeof pin !== 'string' || pin.trim() === '') throw badRequest('invalidValue', 'pin must be a text, the code');
    const { success, locked } = await backend.verify(request.params.id, pin, origin);
    request.codeAccepted = success;
    return sendAnswer(reply, dialect, { status: 200, body: { success, locked } });
  });
}
