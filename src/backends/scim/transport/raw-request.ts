import { invalid } from '../../../domain/errors.ts';
import type { Answer, RemoteRequest, Transport } from './transport.ts';

const METHODS: readonly RemoteRequest['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Sends a request that a person wrote, with the credential, and returns the answer whatever its status is. The path is
 * below the base, unless it begins with `/otpctl/` or with the base itself. Only a GET is tried again, and not one that
 * issues a challenge. Errors: `invalid-value`, `unreachable`, `outcome-unknown`.
 */
export function rawRequest(transport: Transport, method: string, path: string, content?: string): Promise<Answer> {
  const known = METHODS.find((each) => each === method.toUpperCase());
  if (known === undefined) throw invalid(`"${method}" is not one of ${METHODS.join(', ')}`);
  if (!/^\/[!-~]*$/.test(path) || path.startsWith('//') || path.includes('\\') || path.includes('#')) {
    throw invalid('the path is not one that begins with a slash', 'percent-encode it, for example  /OtpDevice?count=1');
  }
  const { pathname } = transport.base;
  const whole = path.startsWith('/otpctl/') || (pathname !== '/' && path.startsWith(`${pathname}/`));
  const reads = known === 'GET' && !path.includes('/requestChallenge');
  return (whole ? transport.at('/') : transport).send({
    method: known,
    path,
    ...(content !== undefined && { content }),
    repeat: reads ? 'read' : 'never',
    accept: 'any',
    ...(!reads && { change: { what: `the ${known} request`, look: 'otpctl device list' } }),
  });
}
