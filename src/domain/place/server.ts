import { parseDuration } from '../duration.ts';
import { invalid, OtpctlError } from '../errors.ts';
import { hasControlCharacters } from '../text/printable.ts';
import { withoutTrailing } from '../text/trailing.ts';
import { isLoopbackName } from './loopback.ts';

/** How a server speaks SCIM: by the RFCs, or as Soffid does. */
export type DialectName = 'rfc' | 'soffid';
/** What an operator may say of that; `auto` finds it out. */
export const DIALECT_CHOICES = ['auto', 'rfc', 'soffid'] as const satisfies readonly ('auto' | DialectName)[];
export type DialectChoice = (typeof DIALECT_CHOICES)[number];

/** A SCIM server, and how it wants to be talked to. */
export interface Server {
  /** The SCIM base without a slash at its end, or a bare origin. */
  readonly url: string;
  readonly username?: string;
  readonly dialect: DialectChoice;
  /** The IANA time zone of times that the server writes without one. */
  readonly timezone: string;
  readonly caFile?: string;
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
  /** Seconds of one try. */
  readonly timeout: number;
  /** Requests under way at once. */
  readonly concurrency?: number;
  readonly ratePerSecond?: number;
}

/** Refuses (`invalid-value`) a client certificate without its key, and a key without its certificate. */
export function checkServer<S extends Pick<Server, 'clientCertFile' | 'clientKeyFile'>>(server: S): S {
  if ((server.clientCertFile === undefined) !== (server.clientKeyFile === undefined)) {
    throw invalid('a client certificate needs both clientCertFile and clientKeyFile', 'give both');
  }
  return server;
}

/** The values of a server that are not given. */
export const SERVER_DEFAULTS = { dialect: 'auto', timezone: 'UTC', timeout: 30 } as const;

const MAX_TIMEOUT = 3600;

/** Seconds of one try: a duration of at most an hour. */
export function timeoutSeconds(text: string): number {
  const duration = parseDuration(text);
  if ('seconds' in duration && duration.seconds <= MAX_TIMEOUT) return duration.seconds;
  throw invalid(`the timeout "${text}" is longer than an hour`, 'write for example  30s  or  2min');
}

/** A time zone of the IANA database, in the spelling of the database. */
export function timeZone(text: string): string {
  // An offset such as +02:00 is refused: it has no summer time.
  if (/^[A-Za-z]/.test(text)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw invalid(`"${text}" is not a time zone`, 'write for example  UTC  or  Europe/Madrid');
}

/**
 * The address of a server, without a slash at its end. http is allowed to loopback only, unless `insecureHttp` is set.
 * The error does not repeat the text, which may hold a password.
 */
export function serverUrl(text: string, insecureHttp = false): string {
  const url = URL.parse(text) ?? undefined;
  if (url === undefined || /\s/.test(text) || hasControlCharacters(text)) {
    throw invalid('the URL cannot be read', 'write for example  https://idm.example.com');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid('the URL is neither https nor http', 'write for example  https://idm.example.com');
  }
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    throw invalid(
      'the URL has a user name or a password in it',
      'leave it out: give the name with --username or OTPCTL_USERNAME, and the password when it is asked for',
    );
  }
  if (/[?#]/.test(text)) throw invalid('the URL has a query or a fragment in it', 'end it before the ? or #');
  if (url.protocol === 'http:' && !insecureHttp && !isLoopbackName(url.hostname)) {
    throw new OtpctlError(
      'usage',
      `http to ${url.host} would send credentials in the clear`,
      'use https, or allow it with  --insecure-http',
    );
  }
  return withoutTrailing(`${url.origin}${url.pathname}`, '/');
}
