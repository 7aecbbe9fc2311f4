import type { ApiKey } from '../../../domain/api-key/api-key.ts';
import type { Grant } from '../../../domain/api-key/role.ts';
import { Secret } from '../../../domain/secret.ts';
import type { ApiKeys, CreatedApiKey } from '../../../ports/api-keys.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import { listIn, type Members, malformed, membersIn, pathSegment, textIn } from '../devices/answer-members.ts';
import { createTimeReader } from '../devices/zone-time.ts';
import { ignored, type V1Client } from './v1-client.ts';

const readTime = createTimeReader('UTC');
const LOOK = 'otpctl apikey list';

/** The API keys of an otpctl server. It takes times as durations from now. */
export function createV1ApiKeys(client: V1Client, clock: Clock): ApiKeys {
  const fromNow = (moment: number) => `${Math.max(1, moment - clock.now())}s`;
  return {
    list: () => client.send({ method: 'GET', path: '/apikeys' }, ({ apiKeys }) => listIn(apiKeys, 'API keys', keyOf)),
    create({ name, roles, scope, expires }, origin) {
      const body = {
        name,
        roles,
        ...(scope !== undefined && { scope }),
        ...(expires !== undefined && { expires: fromNow(expires) }),
      };
      const change = { origin, what: `the new API key ${name}`, look: LOOK };
      return client.send({ method: 'POST', path: '/apikeys', body, change }, created);
    },
    rotate(name, until, origin) {
      const change = { origin, what: `the rotation of API key ${name}`, look: LOOK };
      const body = { overlap: fromNow(until) };
      return client.send({ method: 'POST', path: `${pathOf(name)}/rotate`, body, change }, created);
    },
    revoke(name, origin) {
      const change = { origin, what: `the revocation of API key ${name}`, look: LOOK };
      return client.send({ method: 'DELETE', path: pathOf(name), change }, ignored);
    },
  };
}

function pathOf(name: string): string {
  return `/apikeys/${pathSegment(name)}`;
}

function keyOf(value: unknown): ApiKey {
  const key = membersIn(value, 'API key');
  const expires = readTime(key['expires']);
  if (expires === undefined && key['expires'] !== undefined) throw malformed('an API key whose end cannot be read');
  return {
    id: textIn(key['id'], 'the id of an API key'),
    name: textIn(key['name'], 'the name of an API key'),
    // Roles that a newer server has are shown as they came.
    roles: listIn(key['roles'], 'roles', (role) => textIn(role, 'a role') as Grant),
    // Also a filter that only a newer server can read.
    ...(typeof key['scope'] === 'string' && { scope: key['scope'] }),
    created: readTime(key['created']) ?? 0,
    ...(expires !== undefined && { expires }),
    rotated: key['rotated'] === true,
  };
}

function created(answer: Members): CreatedApiKey {
  const { key } = answer;
  if (typeof key !== 'string') throw malformed('no key, which it was to make');
  return { ...keyOf(answer), key: Secret.ofText(key) };
}
