import type { FastifyRequest } from 'fastify';
import type { Action } from '../../domain/api-key/rights.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServableBackend } from '../../ports/backend.ts';

/** What the SCIM routes are given. */
export interface ScimDeps {
  /** What there is for a request: in its scope, if its key has one. */
  backendOf(request: FastifyRequest): ServableBackend;
  /**
   * Who asks, if their key allows the action. Throws an Error with a numeric `statusCode` (401, 403, 429), a message that
   * becomes the `detail`, and where they apply `headers` (WWW-Authenticate, Retry-After).
   */
  authorize(request: FastifyRequest, action: Action): Origin;
  /** Whether their key allows the action. */
  may(request: FastifyRequest, action: Action): boolean;
  /** Scheme and authority under which clients reach this server, without a slash at its end: `https://otp.example.com`. */
  baseUrl(request: FastifyRequest): string;
  /** A QR code as a PNG. */
  qrPng(text: string): Uint8Array;
}
