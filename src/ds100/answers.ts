import { OtpctlError } from '../domain/errors.ts';
import { beginningOf } from '../domain/text/beginning.ts';
import { isObject, objectIn } from '../domain/text/json-object.ts';
import { printable } from '../domain/text/printable.ts';
import type { Outcome } from './transport.ts';

/** An answer of the API, whatever its status. */
export type Answer = Outcome & { readonly kind: 'answer' };

const LONGEST = 200;
/** Characters of a text that are looked at; the rest is left out. */
const LOOKED_AT = 4000;
/** Runs of the characters that tokens and keys are written in. */
const RUN = /[\w+/.=-]+/g;
const TOKEN_REFUSED = [/access token|bearer|jwt/i, /token\b.{0,20}\bexpired/i, /expired\b.{0,20}\btoken/i];
/** A run of so many characters may be a token; around a dot, parts of so many. */
const TOKEN = 48;
const PART = 16;

/** The JSON of an answer. Errors: `protocol`. */
export function answerJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw notTheApi('RSA answered with something that is not JSON');
  }
}

/** The JSON object of an answer, also when it stands alone in an array. Errors: `protocol`. */
export function answerObject(text: string): Readonly<Record<string, unknown>> {
  const value = answerJson(text);
  const one = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (isObject(one)) return one;
  throw notTheApi('RSA answered without an object where there should be one');
}

/** What the server itself says went wrong, as `: text`; empty when it says nothing that can be read. */
export function saidBy(text: string): string {
  const { description, message, error_description, error } = errorBody(text);
  const said = [description, message, error_description, error].find((each) => typeof each === 'string' && each !== '');
  if (typeof said !== 'string') return '';
  return `: ${printable(withoutTokens(beginningOf(said, LOOKED_AT)).slice(0, LONGEST))}`;
}

/** Some servers send back the token that they were sent: it must not be shown. */
function withoutTokens(text: string): string {
  return text.replace(RUN, (run) => (looksLikeToken(run) ? '[hidden]' : run));
}

function looksLikeToken(run: string): boolean {
  const parts = run.split('.');
  if (parts.some((part) => part.length >= TOKEN)) return true;
  const head = parts.findIndex((part) => part.length >= PART);
  return head !== -1 && parts.slice(head + 1).join('.').length >= PART;
}

/** Whether a refusal is about the token and not about what was asked. RSA says so with 403 too. */
export function refusesToken({ status, text }: Answer): boolean {
  if (status === 401) return true;
  const said = status === 403 ? saidBy(text) : '';
  return TOKEN_REFUSED.some((words) => words.test(said));
}

/** Whether a 404 is one of the API, and not of a wrong URL or of something in between. */
export function isNotFound({ status, text }: Answer): boolean {
  if (status !== 404) return false;
  const { code, description } = errorBody(text);
  return typeof code === 'string' || typeof description === 'string';
}

/** The error for an answer that is not a success. What it may mean depends on the method too. */
export function refusal(answer: Answer, method: string): OtpctlError {
  const { status, text } = answer;
  const said = saidBy(text);
  if (refusesToken(answer)) {
    return new OtpctlError(
      'not-signed-in',
      `RSA does not accept the token of this key or client (${status}${said})`,
      'is it still there at RSA, is its URL right, and is the clock of this machine?',
    );
  }
  if (status === 403) {
    return new OtpctlError(
      'not-allowed',
      `RSA does not allow this (403${said})`,
      'the key needs the role Help Desk Administrator, the client the permission, the tenant a licence for the Admin API',
    );
  }
  if (status === 400) {
    const hint = method === 'DELETE' ? 'a proxy in between may have dropped the body of the DELETE' : undefined;
    return new OtpctlError('invalid-value', `RSA does not understand the request (400${said})`, hint);
  }
  if (status === 429) {
    return new OtpctlError('throttled', 'RSA wants fewer requests (429)', 'wait, or go slower with  --rate');
  }
  if (status >= 500) {
    const hint = method === 'DELETE' ? 'see whether it is gone with  otpctl ds100 show SERIAL' : 'run it again later';
    return new OtpctlError('server-failed', `RSA failed (${status}${said})`, hint);
  }
  if (status >= 300 && status < 400)
    return notTheApi(`RSA answered with a redirection (${status}), which is not followed`);
  return notTheApi(`RSA answered ${status}, which its API does not`);
}

export function notTheApi(message: string): OtpctlError {
  return new OtpctlError('protocol', message, 'is the URL that of the Administration API, with nothing in between?');
}

function errorBody(text: string): Readonly<Record<string, unknown>> {
  return objectIn(text) ?? {};
}
