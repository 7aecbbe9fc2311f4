import { onTestFinished } from 'vitest';
import { SERVER_DIALECTS } from '../../src/backends/scim/dialects.ts';
import { createScimBackend } from '../../src/backends/scim/scim-backend.ts';
import type { RemoteServer } from '../../src/backends/scim/transport/transport.ts';
import { createTransport, type Transport } from '../../src/backends/scim/transport/transport.ts';
import type { Device } from '../../src/domain/device/device.ts';
import type { Page, Selection } from '../../src/domain/device/selection.ts';
import type { DialectName } from '../../src/domain/place/server.ts';
import { bindFilter } from '../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA } from '../../src/domain/query/device-schema.ts';
import { parseFilter } from '../../src/domain/query/parse-filter.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Backend } from '../../src/ports/backend.ts';
import type { Clock } from '../../src/ports/system/clock.ts';
import { countedRandom, fixedClock, quickTimer } from './fixed.ts';
import { OPERATOR, type SoffidDouble, type SoffidOptions, startSoffid } from './soffid/soffid-server.ts';

export const CREDENTIAL = {
  kind: 'password',
  username: OPERATOR.username,
  secret: Secret.ofText(OPERATOR.password),
} as const;

export interface RemoteSet {
  readonly transport: Transport;
  readonly traced: string[];
  readonly slept: readonly number[];
}

export function openTransport(url: string, more: Partial<RemoteServer> & { clock?: Clock } = {}): RemoteSet {
  const { clock = fixedClock(), ...server } = more;
  const timer = quickTimer();
  const traced: string[] = [];
  const transport = createTransport(
    { url, credential: CREDENTIAL, ...server },
    { clock, timer, random: countedRandom(), trace: (text) => traced.push(text()) },
  );
  onTestFinished(() => transport.close());
  return { transport, traced, slept: timer.slept };
}

export interface RemoteOptions extends Partial<Omit<SoffidOptions, 'clock'>> {
  readonly timezone?: string;
  readonly dialect?: DialectName;
  /** In the place of the double's own. */
  readonly url?: (double: SoffidDouble) => string | Promise<string>;
  readonly server?: Partial<RemoteServer>;
}

/** The remote backend, against a double of Soffid's service. */
export async function remoteSet(options: RemoteOptions = {}) {
  const { timezone = 'UTC', dialect = 'soffid', url, server, ...soffid } = options;
  const clock = fixedClock();
  const double = await startSoffid({ random: countedRandom(77), ...soffid, clock });
  onTestFinished(() => double.close());
  const opened = openTransport((await url?.(double)) ?? double.url, { ...server, clock });
  const random = countedRandom();
  const backend = createScimBackend({
    transport: opened.transport,
    dialect: SERVER_DIALECTS[dialect],
    timezone,
    random,
  });
  return { ...opened, clock, double, backend };
}

export async function collect(backend: Backend, selection: Selection, page: Page = {}): Promise<Device[]> {
  const devices: Device[] = [];
  for await (const some of backend.list(selection, page)) devices.push(...some);
  return devices;
}

/** A filter as a user writes it. */
export function filterOf(text: string): Selection {
  return { filter: bindFilter(parseFilter(text), DEVICE_SCHEMA, text) };
}
