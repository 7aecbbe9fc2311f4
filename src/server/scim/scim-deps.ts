import type { FastifyRequest } from 'fastify';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServableBackend } from '../../ports/backend.ts';

/** The roles that a request may need. `manage` implies `unlock` and `cancel`, every one but `audit` implies `query`. */
export type ScimRole = 'query' | 'verify' | 'unlock' | 'cancel' | 'manage' | 'audit';

/** What the SCIM routes are given. */
export interface ScimDeps {
  readonly backend: ServableBackend;
  /**
   * Who asks, if their key has the role. Throws an Error with a numeric `statusCode` (401, 403, 429), a message that
   * becomes the `detail`, and where they apply `headers` (WWW-Authenticate, Retry-After).
   */
  authorize(request: FastifyRequest, role: ScimRole): Origin;
  /** Whether their key has the role. */
  may(request: FastifyRequest, role: ScimRole): boolean;
  /** Scheme and authority under which clients reach this server, without a slash at its end: `https://otp.example.com`. */
  baseUrl(request: FastifyRequest): string;
  /** A QR code as a PNG. */
  qrPng(text: string): Uint8Array;
}
