import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { OtpctlError } from '../domain/errors.ts';
import type { Instant } from '../domain/instant.ts';
import type { Sender, SmtpServer } from '../domain/provider-call/email-channel.ts';
import type { DeliveryStep } from '../ports/messenger.ts';
import { withDeadline } from './deadline.ts';
import { redact } from './redact.ts';
import { type FailedStep, refuseUnreadable, SmtpRefusal, smtpFailure, stepAfter } from './smtp-failure.ts';

export interface EmailDeps {
  /** Milliseconds that a whole delivery may take. */
  readonly limit: number;
  /** Certificates that are trusted instead of those of the system. */
  readonly ca?: string;
}

export interface Email {
  readonly server: SmtpServer;
  /** The name that we greet the server with, instead of the name of this machine. */
  readonly ehloName?: string;
  readonly from: Sender;
  /** A single address. */
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly date: Instant;
  /** Is left out of every error. */
  readonly code: string;
}

type Smtp = typeof import('./smtp.ts');
type Report = (step: DeliveryStep) => void;

/** Hands one mail to an SMTP server. Errors: `delivery-failed`, with what the server said. */
export async function sendEmail(email: Email, deps: EmailDeps, report: Report): Promise<void> {
  const done: string[] = [];
  const tracked: Report = (step) => {
    done.push(step.step);
    report(step);
  };
  const late = () =>
    failed(email, `the server has not taken it within ${deps.limit / 1000} seconds`, {
      name: stepAfter(done, email.server),
    });
  await withDeadline(deps.limit, late, async (signal) => {
    const { MailComposer, SMTPConnection } = await import('./smtp.ts');
    const message = await compose(email, MailComposer);
    const socket = open(email.server, deps.ca);
    // Once the answer is there, a failure while the connection is closed does not matter.
    socket.on('error', () => {});
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    if (signal.aborted) socket.destroy();
    try {
      await connected(socket, email.server, tracked);
      await converse(SMTPConnection, socket, email, message, deps.ca, tracked);
    } catch (error) {
      socket.destroy();
      const { step, reason, hint } = smtpFailure(error, email.server, done);
      throw failed(email, reason, step, hint);
    }
  });
}

interface Message {
  readonly envelope: { readonly from: string; readonly to: string };
  readonly bytes: Buffer;
}

async function compose(email: Email, MailComposer: Smtp['MailComposer']): Promise<Message> {
  const node = new MailComposer({
    from: { ...email.from },
    to: { name: '', address: email.to },
    subject: email.subject,
    text: email.body,
    date: new Date(email.date * 1000),
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const { from, to } = node.getEnvelope();
  const [recipient, ...others] = to;
  if (!from || recipient === undefined || others.length > 0)
    throw new TypeError('a mail has one sender and one recipient');
  return { envelope: { from, to: recipient }, bytes: await node.build() };
}

function open({ host, port, implicitTls }: SmtpServer, ca: string | undefined): Socket {
  return implicitTls ? connectTls({ host, port, ...tlsOptions(host, true, ca) }) : connectTcp({ host, port });
}

function tlsOptions(host: string, verify: boolean, ca: string | undefined) {
  return {
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: verify,
    minVersion: 'TLSv1.2' as const,
    ...(ca !== undefined && { ca }),
  };
}

async function connected(socket: Socket, { host, port, implicitTls }: SmtpServer, report: Report): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once('connect', () => report({ step: 'connect', detail: `${host}:${port} at ${socket.remoteAddress}` }));
    socket.once(implicitTls ? 'secureConnect' : 'connect', resolve);
  });
  if (implicitTls) report({ step: 'TLS', detail: tlsProtocol(socket) });
}

async function converse(
  SMTPConnection: Smtp['SMTPConnection'],
  socket: Socket,
  email: Email,
  { envelope, bytes }: Message,
  ca: string | undefined,
  report: Report,
): Promise<void> {
  const { host, port, implicitTls, loopback, signIn } = email.server;
  const connection = new SMTPConnection({
    host,
    port,
    ...(email.ehloName !== undefined && { name: email.ehloName }),
    connection: socket,
    secure: implicitTls,
    secured: implicitTls,
    requireTLS: !implicitTls && !loopback,
    opportunisticTLS: !implicitTls && loopback,
    tls: tlsOptions(host, !loopback, ca),
  });
  const broken = new Promise<never>((_, reject) => connection.on('error', reject));
  broken.catch(() => {});
  const step = <T>(start: (done: (error?: Error | null, result?: T) => void) => void): Promise<T | undefined> =>
    Promise.race([
      broken,
      new Promise<T | undefined>((resolve, reject) =>
        start((error, result) => (error ? reject(error) : resolve(result))),
      ),
    ]);

  await step((done) => connection.connect(done));
  const extensions = connection.lastServerResponse || '';
  if (!implicitTls && connection.secure) report({ step: 'TLS', detail: tlsProtocol(connection._socket) });
  if (signIn !== undefined) {
    if (!connection.allowsAuth) {
      throw new SmtpRefusal(
        'sign in',
        'the server does not let anybody sign in',
        'leave user and password out of the SMTP URL',
      );
    }
    await step((done) => connection.login({ credentials: { user: signIn.user, pass: signIn.password } }, done));
    report({ step: 'sign in', detail: signIn.user });
  }
  refuseUnreadable(envelope, extensions);
  const info = await step<{ response: string }>((done) =>
    connection.send({ ...envelope, size: bytes.length }, bytes, done),
  );
  report({ step: 'accepted', detail: shown(email, info?.response ?? '') });
  connection.quit();
  if (connection._socket) connection._socket.destroySoon();
}

function tlsProtocol(socket: Socket | false | null): string {
  return (socket && (socket as TLSSocket).getProtocol?.()) || 'TLS';
}

function shown({ code, server: { signIn } }: Email, text: string): string {
  return redact(text, code, signIn === undefined ? [] : [signIn.user, signIn.password]);
}

function failed(email: Email, message: string, { name, status = '' }: FailedStep, hint?: string): OtpctlError {
  const what = 'the mail was not sent';
  const outside = `${what}: it failed at ${name}${status}`;
  return new OtpctlError('delivery-failed', `${what}: ${shown(email, message)}`, hint, { outside, step: name });
}
