import { expect } from 'vitest';
import { createMessenger, type MessengerDeps } from '../../src/delivery/messenger.ts';
import type { CallMethod } from '../../src/domain/provider-call/channel.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { CodeMessage, DeliveryStep } from '../../src/ports/messenger.ts';
import { fixedClock } from './fixed.ts';

/** The code that every call carries. */
export const CODE = '492039';
interface Call {
  readonly url: string;
  readonly channel?: 'sms' | 'voice';
  readonly method?: CallMethod;
  readonly headers?: string;
  readonly body?: string;
  readonly expect?: string;
  readonly allowPrivateHosts?: boolean;
  readonly message?: Partial<CodeMessage>;
}

/** Sends a message of a provider's channel; the steps that it reports. */
export async function call(
  { url, channel = 'sms', method = 'GET', headers, body, message, allowPrivateHosts = true, ...rest }: Call,
  deps: Partial<MessengerDeps> = {},
  steps: DeliveryStep[] = [],
): Promise<readonly DeliveryStep[]> {
  const deliver = createMessenger({ clock: fixedClock(), ...deps }).prepare(
    { to: '+34 666-555.444', user: 'ada', code: CODE, attributes: {}, ...message },
    {
      channel,
      call: {
        url: Secret.ofText(url),
        method,
        ...(headers !== undefined && { headers: Secret.ofText(headers) }),
        ...(body !== undefined && { body: Secret.ofText(body) }),
        allowPrivateHosts,
        ...rest,
      },
    },
  );
  await deliver((step) => steps.push(step));
  return steps;
}

export const failure = (pattern: RegExp) =>
  expect.objectContaining({ code: 'delivery-failed', message: expect.stringMatching(pattern) });
/** The error of a call, whole. */
export const failureOf = async (given: Call, deps?: Partial<MessengerDeps>): Promise<string> => {
  const error = await call(given, deps).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toEqual(failure(/./));
  const { message, hint, cause } = error as Error & { hint?: string };
  expect(cause).toBeUndefined();
  return `${message} ${hint ?? ''}`;
};
