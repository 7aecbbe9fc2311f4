import { OtpctlError } from '../../domain/errors.ts';
import { type DetectedServer, detectDialect } from './detect-dialect.ts';
import type { Transport } from './transport.ts';

/** What a server is, found out by reads alone. */
export interface ServerFindings extends DetectedServer {
  /** Whether the credential was taken; undefined without one. */
  readonly signedIn?: boolean;
  readonly devices: 'readable' | 'forbidden' | 'missing' | 'unknown';
  readonly count?: number;
}

/** Asks a server what it is, and what a credential may do there. Errors: `unreachable`, `protocol`. */
export async function probeServer(transport: Transport, hasCredential: boolean): Promise<ServerFindings> {
  const detected = await detectDialect(transport);
  if (!hasCredential) return { ...detected, devices: 'unknown' };
  try {
    const { status, json } = await transport.at(new URL(detected.url).pathname).send({
      method: 'GET',
      path: '/OtpDevice',
      query: { startIndex: 1, count: 1 },
      repeat: 'read',
      accept: [200, 404],
    });
    if (status === 404) return { ...detected, signedIn: true, devices: 'missing' };
    const { totalResults } = (json ?? {}) as { readonly totalResults?: unknown };
    if (typeof totalResults !== 'number') return { ...detected, signedIn: true, devices: 'unknown' };
    return { ...detected, signedIn: true, devices: 'readable', count: totalResults };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    if (error.code === 'not-signed-in') return { ...detected, signedIn: false, devices: 'unknown' };
    if (error.code === 'not-allowed') return { ...detected, signedIn: true, devices: 'forbidden' };
    throw error;
  }
}
