import type { ApiKey } from '../../domain/api-key.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import type { ApiKeys, CreatedApiKey } from '../../ports/api-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import { SEE_VERBOSE } from './failures.ts';
import { notSupported } from './not-supported.ts';
import type { V1Client } from './v1-client.ts';
import { createTimeReader } from './zone-time.ts';

const readTime = createTimeReader('UTC');
const LOOK = 'otpctl apikey list';

/** The keys of an otpctl server; it takes times as durations from now. */
export function createV1ApiKeys(client: V1Client, clock: Clock): ApiKeys {
  const fromNow = (moment: number) => `${Math.max(1, moment - clock.now())}s`;
  return {
    async list() {
      const { apiKeys } = await client.send({ method: 'GET', path: '/apikeys' });
      return (apiKeys as readonly Json[]).map(keyOf);
    },
    async create({ name, roles, expires }, origin) {
      const body = { name, roles, ...(expires !== undefined && { expires: fromNow(expires) }) };
      const change = { origin, what: `the new API key ${name}`, look: LOOK };
      return created(await client.send({ method: 'POST', path: '/apikeys', body, change }));
    },
    async rotate(name, until, origin) {
      const change = { origin, what: `the rotation of API key ${name}`, look: LOOK };
      const body = { overlap: fromNow(until) };
      return created(await client.send({ method: 'POST', path: `${pathOf(name)}/rotate`, body, change }));
    },
    async revoke(name, origin) {
      const change = { origin, what: `the revocation of API key ${name}`, look: LOOK };
      await client.send({ method: 'DELETE', path: pathOf(name), change });
    },
    authenticate: async () => {
      throw notSupported('to judge API keys for others');
    },
  };
}

type Json = Readonly<Record<string, unknown>>;

function pathOf(name: string): string {
  return `/apikeys/${encodeURIComponent(name)}`;
}

function keyOf({ created: createdAt, expires, ...more }: Json): ApiKey {
  const [made, ends] = [readTime(createdAt), readTime(expires)];
  return {
    ...(more as unknown as ApiKey),
    created: made ?? 0,
    ...(ends !== undefined && { expires: ends }),
  };
}

function created({ key, ...json }: Json): CreatedApiKey {
  if (typeof key !== 'string') {
    throw new OtpctlError('protocol', 'the server answered without the key that it made', SEE_VERBOSE);
  }
  return { ...keyOf(json), key: Secret.ofText(key) };
}
