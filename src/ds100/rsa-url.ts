import { OtpctlError } from '../domain/errors.ts';
import { isLoopbackName } from '../domain/place/loopback.ts';
import { printable } from '../domain/text/printable.ts';
import { withoutTrailing } from '../domain/text/trailing.ts';

/** Where the API is below the name of a host. */
const API = '/AdminInterface/restapi';

/**
 * The base of the Administration API without `/v1` and without a slash at its end, as its URL is written both with and
 * without. A bare host gets the path of the API. Errors: `usage`.
 */
export function apiBase(text: string, insecureHttp = false): string {
  const url = checkedUrl(text, 'URL of RSA', insecureHttp);
  const path = withoutTrailing(url.pathname, '/').replace(/\/v1$/, '');
  return `${url.origin}${path === '' ? API : path}`;
}

/** The token endpoint of an issuer. Errors: `usage`. */
export function tokenEndpoint(issuer: string, insecureHttp = false): string {
  const url = checkedUrl(issuer, 'issuer', insecureHttp);
  return `${url.origin}${withoutTrailing(url.pathname, '/')}/token`;
}

function checkedUrl(text: string, what: string, insecureHttp: boolean): URL {
  const url = URL.parse(text) ?? undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw new OtpctlError(
      'usage',
      `the ${what} is not a URL: ${printable(withoutPassword(text))}`,
      'write  https://...',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new OtpctlError('usage', `the ${what} has a user name or a password in it`, 'the key says who one is');
  }
  if (url.search !== '' || url.hash !== '') throw new OtpctlError('usage', `the ${what} has more than a path in it`);
  if (url.protocol === 'http:' && !insecureHttp && !isLoopbackName(url.hostname)) {
    throw new OtpctlError(
      'usage',
      `the ${what} must begin with https: ${printable(text)}`,
      'http is for loopback alone, unless it is allowed with  --insecure-http',
    );
  }
  return url;
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}
