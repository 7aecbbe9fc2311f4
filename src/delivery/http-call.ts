import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { OtpctlError } from '../domain/errors.ts';
import type { CallRequest } from '../domain/provider-call/call-template.ts';
import { commandLine } from '../domain/text/command-line.ts';
import { isLoopbackAddress, isPrivateAddress } from '../http/addresses.ts';
import { type Address, openDispatcher } from '../http/dispatcher.ts';
import { failureText } from '../http/network-failure.ts';
import { sendOnce } from '../http/send-once.ts';
import type { DeliveryStep } from '../ports/messenger.ts';
import { withDeadline } from './deadline.ts';
import { redact } from './redact.ts';

export interface HttpCallDeps {
  /** Milliseconds that a whole call may take. */
  readonly limit: number;
  /** Looks up every address of a host name. */
  readonly lookup?: (host: string) => Promise<readonly Address[]>;
  /** Certificates of authorities to trust besides those of the system. */
  readonly ca?: string;
}

export interface HttpCall {
  readonly channel: 'sms' | 'voice';
  readonly request: CallRequest;
  readonly expect?: string | undefined;
  readonly allowPrivateHosts: boolean;
  /** Both are left out of every error. */
  readonly code: string;
  readonly secrets: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Bytes of an answer that are read. */
const MAX_ANSWER = 64 * 1024;

/**
 * Calls a provider once. Connects only to the addresses that were checked, follows no redirect, and takes any 2xx with
 * the expected text for a yes. Errors: `delivery-failed`, with what the provider said.
 */
export async function callProvider(
  call: HttpCall,
  deps: HttpCallDeps,
  report: (step: DeliveryStep) => void,
): Promise<void> {
  const late = () => failed(call, 'request', `the provider has not answered within ${deps.limit / 1000} seconds`);
  await withDeadline(deps.limit, late, async (signal) => {
    const url = new URL(call.request.url);
    const addresses = await resolve(call, url, deps);
    signal.throwIfAborted();
    report({ step: 'resolve', detail: `${url.hostname} is ${addresses.map(({ address }) => address).join(', ')}` });
    report({ step: 'request', detail: `${call.request.method} ${url.origin}` });
    judge(call, await answerOf(call, url, addresses, signal, deps.ca), report);
  });
}

async function resolve(call: HttpCall, url: URL, deps: HttpCallDeps): Promise<readonly Address[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family > 0 ? [{ address: host, family }] : await lookUp(call, host, deps);
  const forbidden = addresses.find(({ address }) => isPrivateAddress(address));
  if (forbidden !== undefined && !call.allowPrivateHosts) {
    throw failed(
      call,
      'resolve',
      `${url.hostname} has the private address ${forbidden.address}`,
      `if that is meant:  ${commandLine(['settings', 'set', `${call.channel}.allowPrivateHosts=true`])}`,
    );
  }
  const local = call.allowPrivateHosts && addresses.every(({ address }) => isLoopbackAddress(address));
  if (url.protocol !== 'https:' && !local) {
    throw failed(call, 'resolve', `${url.hostname} would be called without TLS`, 'write https in the URL');
  }
  return addresses;
}

async function lookUp(call: HttpCall, host: string, { lookup }: HttpCallDeps): Promise<readonly Address[]> {
  const find = lookup ?? ((name: string) => systemLookup(name, { all: true }));
  const found = await find(host).catch((error: NodeJS.ErrnoException) => {
    throw failed(call, 'resolve', `the host ${host} was not found: ${error.code ?? 'no address'}`);
  });
  if (found.length === 0) throw failed(call, 'resolve', `the host ${host} has no address`);
  return found;
}

async function answerOf(
  call: HttpCall,
  { origin, host, pathname, search }: URL,
  addresses: readonly Address[],
  signal: AbortSignal,
  ca: string | undefined,
): Promise<Answer> {
  const dispatcher = await openDispatcher({ addresses, ...(ca !== undefined && { ca }) });
  signal.addEventListener('abort', () => void dispatcher.destroy(), { once: true });
  const { method, headers, body = null } = call.request;
  const request = {
    origin,
    path: `${pathname}${search}`,
    method,
    headers: headers.flatMap(({ name, value }) => [name, value]),
    body,
  };
  try {
    signal.throwIfAborted();
    const outcome = await sendOnce(dispatcher, request, { bytes: MAX_ANSWER, longer: 'is-cut' });
    if (outcome.kind === 'answer') return { status: outcome.status, text: outcome.body.toString() };
    const why = redact(failureText(outcome.error), call.code, call.secrets);
    throw failed(call, 'request', `the call of ${host} failed: ${why}`);
  } finally {
    await dispatcher.destroy();
  }
}

function judge(call: HttpCall, { status, text }: Answer, report: (step: DeliveryStep) => void): void {
  const said = () => {
    const shown = redact(text, call.code, call.secrets);
    return shown === '' ? '' : `: ${shown}`;
  };
  const answered = `status ${Math.trunc(status / 100)}xx`;
  if (status >= 300 && status < 400) {
    throw failed(call, answered, `the provider answered ${status}, a redirect, which is not followed`);
  }
  if (status < 200 || status > 299) throw failed(call, answered, `the provider answered ${status}${said()}`);
  report({ step: 'status', detail: String(status) });
  if (call.expect === undefined) return;
  if (!text.includes(call.expect)) {
    throw failed(
      call,
      'expect',
      `the provider answered ${status} without the text that ${call.channel}.expect wants${said()}`,
    );
  }
  report({ step: 'expect', detail: 'the answer has the expected text' });
}

function failed({ channel }: HttpCall, step: string, message: string, hint?: string): OtpctlError {
  const what = `the ${channel} message was not sent`;
  const outside = `${what}: it failed at ${step}`;
  // A remote client is told the class of the status. The name of the step has none.
  return new OtpctlError('delivery-failed', `${what}: ${message}`, hint, { outside, step: step.replace(/ .*/, '') });
}
