import { OtpctlError } from '../../../domain/errors.ts';
import { beginningOf } from '../../../domain/text/beginning.ts';
import { printable } from '../../../domain/text/printable.ts';
import { networkFailure } from '../../../http/network-failure.ts';
import type { FailedTry, RawAnswer } from '../../../http/send-once.ts';
import { readJson } from './json-answer.ts';

/** What the words of a failure need: the name of the server, and what takes secrets out of a text. */
export interface FailureWords {
  readonly host: string;
  mask(text: string): string;
}

const FORBIDDEN =
  /not authori[sz]ed|unauthori[sz]ed|security ?exception|access ?denied|permission denied|access ?control|forbidden|no permission/i;
const SWITCHED_OFF = /disabled by system administrator|\b(?:TOTP|HOTP|PIN OTP|Email|SMS OTP|SMS) is disabled/i;
const UNKNOWN_USER = /^Wrong user\b/i;

/** Names with dots between them, such as those of Java classes, and the colon and space after them. */
const NAMES = /([A-Za-z0-9_$]+(?:\.[A-Za-z0-9_$]+)*)(:?\s*)/g;
const PACKAGE = /^[a-z][A-Za-z0-9_]*$/;
/** Characters of a text that are looked at; the rest is left out. */
const LOOKED_AT = 8000;
const MAX_LENGTH = 300;

/** The error for an answer that is not a success. Its HTTP status counts, whatever status its body claims. */
export function refusal(answer: RawAnswer, { host, mask }: FailureWords): OtpctlError {
  const { status } = answer;
  const body = answer.body.toString();
  const detail = serverDetail(body, mask);
  const said = detail === '' ? '' : `: ${detail}`;
  if (status === 401) {
    return new OtpctlError(
      'not-signed-in',
      `${host} does not take the credential${said}`,
      'give it anew with  otpctl profile login NAME,  or in the environment:  otpctl help environment',
    );
  }
  if (status === 403) return notAllowed(host, said);
  if (status >= 300 && status < 400) {
    return new OtpctlError(
      'protocol',
      `${host} answered with a redirection (${status}), which is not followed`,
      'give the URL that it leads to, if it is the right one',
    );
  }
  if (status === 400 && scimTypeOf(body) === 'tooMany') {
    return new OtpctlError('too-costly', `${host} refused it${said}`, 'use fewer comparisons, or ask for less');
  }
  if (status === 400) return badRequest(host, detailText(body), said);
  if (status === 409) return conflict(host, body, said);
  if (status === 412) {
    return new OtpctlError('changed-meanwhile', `somebody changed it meanwhile${said}`, 'look at it, and run it again');
  }
  if (status === 429)
    return new OtpctlError('throttled', `${host} wants fewer requests (429)${said}`, 'run it again later');
  if (status === 501) return new OtpctlError('not-supported-here', `${host} cannot do it (501)${said}`);
  if (status >= 500) return new OtpctlError('server-failed', `${host} failed (${status})${said}`, 'look at its log');
  return new OtpctlError('protocol', `${host} answered with status ${status}${said}`, SEE_VERBOSE);
}

export const SEE_VERBOSE = 'see what it answered with  --verbose';

function notAllowed(host: string, said: string): OtpctlError {
  return new OtpctlError('not-allowed', `${host} does not allow it${said}`, 'use a credential that has the role');
}

/** RFC 7644 section 3.12: a duplicate has the `uniqueness` type, one device too many that of too many. Any other conflict is with the state of the device. */
function conflict(host: string, body: string, said: string): OtpctlError {
  if (scimTypeOf(body) === 'uniqueness') return new OtpctlError('duplicate', `${host} has it already${said}`);
  if (scimTypeOf(body) === 'tooMany' || codeOf(body) === 'too-many-devices') {
    return new OtpctlError(
      'too-many-devices',
      `${host} refused it${said}`,
      'disable another one, or raise  users.maxDevices',
    );
  }
  return new OtpctlError('status-forbids', `${host} refused it${said}`, 'look at the device, and at the settings');
}

function scimTypeOf(body: string): unknown {
  return ((readJson(body) ?? {}) as { readonly scimType?: unknown }).scimType;
}

/** The code of an error of an otpctl, beside SCIM. */
function codeOf(body: string): unknown {
  const { error } = (readJson(body) ?? {}) as { readonly error?: { readonly code?: unknown } | null };
  return error?.code;
}

/** Soffid answers every error with 400. Those that its text gives away have codes of their own. */
function badRequest(host: string, detail: string, said: string): OtpctlError {
  if (FORBIDDEN.test(detail)) return notAllowed(host, said);
  if (SWITCHED_OFF.test(detail)) return new OtpctlError('setting-forbids', `a setting of ${host} forbids it${said}`);
  if (UNKNOWN_USER.test(detail.replace(/^(?:[\w$]+\.)+[\w$]+:\s*/, ''))) {
    return new OtpctlError('user-not-found', `${host} does not know the user${said}`);
  }
  return new OtpctlError('invalid-value', `${host} refused it${said}`, SEE_VERBOSE);
}

/** The error where no answer came and nothing was changed. If it may have been, `unknownOutcome` is the error. */
export function noAnswer({ limit, error }: FailedTry, { host, mask }: FailureWords): OtpctlError {
  if (limit === 'time') {
    return new OtpctlError('timed-out', `${host} did not answer in time`, 'wait longer with  --timeout');
  }
  const { kind, words } = networkFailure(error);
  return new OtpctlError(
    'unreachable',
    `no answer from ${host}: ${mask(words)}`,
    kind === 'untrusted'
      ? 'name the certificate of its authority in the profile:  otpctl profile add NAME --ca-file FILE'
      : 'look at the URL, the network and the server',
    { cause: error },
  );
}

/** The error where a change may have been made, but the answer to it is lost. `look` is the command that shows which. */
export function unknownOutcome(what: string, look: string, cause?: unknown): OtpctlError {
  return new OtpctlError(
    'outcome-unknown',
    `${what} was sent, and what became of it is unknown`,
    `look first with  ${look}`,
    {
      cause,
    },
  );
}

/**
 * What a server says is wrong, in one line without class names, control characters and what `mask` takes out; empty if
 * it says nothing.
 */
export function serverDetail(body: string, mask: (text: string) => string): string {
  const lines = mask(detailText(body)).split(/[\r\n]/);
  return lines.map(readableLine).find((line) => line !== '') ?? '';
}

/** The detail of an error of SCIM, or the message of one of an otpctl; empty when the body is neither. */
function detailText(body: string): string {
  const { detail, error } = (readJson(body) ?? {}) as { readonly detail?: unknown; readonly error?: unknown };
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const said = detail ?? message;
  return typeof said === 'string' ? beginningOf(said, LOOKED_AT) : '';
}

function readableLine(line: string): string {
  const clean = line
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .replace(/^caused by\s*/i, '')
    .replace(NAMES, withoutClass)
    .trim();
  return printable(clean.slice(0, MAX_LENGTH));
}

/** Takes away `java.lang.Exception: `, `com.soffid.iam.X`: what a person cannot use. */
function withoutClass(found: string, names: string, after: string): string {
  const parts = names.split('.');
  const at = parts.findIndex((part) => /^[A-Z]/.test(part));
  if (at < 2 || !parts.slice(0, at).every((part) => PACKAGE.test(part))) return found;
  const member = parts.slice(at + 1);
  return member.length === 0 ? '' : `.${member.join('.')}${after}`;
}
