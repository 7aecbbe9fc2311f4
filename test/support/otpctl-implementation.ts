import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { openRemote } from '../../src/backends/scim/server/open-remote.ts';
import type { Replacements } from '../../src/compose/open-context.ts';
import { DEVICE_TYPES } from '../../src/domain/device/device.ts';
import { pngQr } from '../../src/output/qr-image.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { buildApp } from '../../src/server/build-app.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { systemRandom } from '../../src/system/random.ts';
import { type Differences, expectDifference } from './differences.ts';
import { fixedClock, quickTimer } from './fixed.ts';

/** What an `otpctl serve` does in another way than the store below it. */
const DIFFERENCES: Differences = {
  'an error that nobody expected is no more than a number of a request': [
    'that could not be sent leaves no code behind',
    'are so many an hour, over the devices of a user',
  ],
  'a period of zero is refused before it is looked at': ["refuse { type: 'TOTP', period: 0 }"],
};

/** The remote backend over HTTP to a server over a backend: found at its origin, an otpctl is known for one. */
export async function openServed(backend: ServableBackend, replaced: Replacements): Promise<ServableBackend> {
  expectDifference(DIFFERENCES);
  return openAt(backend, replaced, '');
}

/** What the shapes of Soffid have no words for, though an `otpctl serve` speaks them. */
const SOFFID_DIFFERENCES: Differences = {
  'a receipt has neither an end, nor whether one is under way or was sent, and nothing is sent at will': [
    'asks for three different digits',
    'is found by its user while it is under way',
    'sends nothing while a code is under way',
    'keeps fails when it is sent again',
    'that could not be sent leaves no code behind',
    'are so many an hour',
    'a thousand at once',
    'are calls where',
    'lock by the limit of the channel',
    'says that no channel is enabled',
  ],
  'fails are not reset but by a code, and addresses stay': ['is answered by the digits in order', 'take a new address'],
  'keys, digits, algorithms and periods are its own': [
    'are created, with fails 0',
    'with SHA',
    "refuse { type: 'TOTP', digits",
    "refuse { type: 'TOTP', period",
    "refuse { type: 'TOTP', issuer",
    "refuse { type: 'TOTP', counter",
    "refuse { type: 'HOTP'",
  ],
  'what a device was before a lock is not said': ['and return from a lock'],
  'there is no resync': ['that resynchronises', 'resynchronises neither'],
};

/** The same in the shapes of Soffid. What those cannot ask for is asked of the backend below. */
export async function openServedAsSoffid(backend: ServableBackend, replaced: Replacements): Promise<ServableBackend> {
  expectDifference(SOFFID_DIFFERENCES);
  const remote = await openAt(backend, replaced, '/soffid/webservice/scim2/v1');
  return {
    ...remote,
    audit: backend.audit,
    settings: backend.settings,
    create: (request, origin) =>
      request.secret === undefined ? remote.create(request, origin) : backend.create(request, origin),
  };
}

async function openAt(backend: ServableBackend, replaced: Replacements, path: string): Promise<ServableBackend> {
  const clock = replaced.clock ?? fixedClock();
  const resources = { ...backend.resources, enabledTypes: async () => DEVICE_TYPES };
  const app = await buildApp({
    backend: { ...backend, resources },
    clock,
    random: systemRandom,
    log: { write: () => {} },
    names: { names: [], any: true },
    limits: { codes: 1e6 },
    mounts: [(server, surface) => registerScim(server, { ...surface, qrPng: pngQr })],
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const { key } = await backend.apiKeys.create({ name: 'contract', roles: ['super'] }, { actor: 'tester' });
  const { backend: remote } = await openRemote(
    { url: `http://127.0.0.1:${port}${path}`, credential: { kind: 'token', secret: key } },
    { dialect: 'auto', timezone: 'UTC' },
    { clock, timer: quickTimer(), random: systemRandom, trace: () => {} },
  );
  onTestFinished(() => remote.close());
  // What no server offers no test asks it for, but as a difference.
  return remote as ServableBackend;
}
