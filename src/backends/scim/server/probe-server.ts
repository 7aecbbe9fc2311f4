import { OtpctlError } from '../../../domain/errors.ts';
import type { Findings } from '../../../ports/servers/probe.ts';
import type { Transport } from '../transport/transport.ts';
import { askConfig, detectDialect, supported } from './detect-dialect.ts';

/** Asks a server what it is, and what a credential may do there. Errors: `unreachable`, `protocol`. */
export async function probeServer(transport: Transport, hasCredential: boolean): Promise<Findings> {
  const { config: _said, ...detected } = await detectDialect(transport);
  if (!hasCredential) return { ...detected, devices: 'unknown' };
  const at = transport.at(new URL(detected.url).pathname);
  const access = await readAccess(at);
  if (!access.signedIn || detected.supports.length > 0) return { ...detected, ...access };
  // A server that tells strangers nothing of itself.
  return { ...detected, ...access, supports: supported((await askConfig(at, false)).json) };
}

type Access = Pick<Findings, 'signedIn' | 'devices' | 'count'>;

async function readAccess(transport: Transport): Promise<Access> {
  try {
    const { status, json } = await transport.send({
      method: 'GET',
      path: '/OtpDevice',
      query: { startIndex: 1, count: 1 },
      repeat: 'read',
      accept: [200, 404],
    });
    if (status === 404) return { signedIn: true, devices: 'missing' };
    const { totalResults } = (json ?? {}) as { readonly totalResults?: unknown };
    if (typeof totalResults !== 'number') return { signedIn: true, devices: 'unknown' };
    return { signedIn: true, devices: 'readable', count: totalResults };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    if (error.code === 'not-signed-in') return { signedIn: false, devices: 'unknown' };
    if (error.code === 'not-allowed') return { signedIn: true, devices: 'forbidden' };
    throw error;
  }
}
