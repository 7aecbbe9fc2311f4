import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';
import { type AppDeps, buildApp } from './build-app.ts';
import { gathered } from './log/request-log.ts';
import { type ListenOptions, planListening } from './network/listening.ts';
import { listenOnSocket } from './network/unix-socket.ts';

export interface ServeOptions extends ListenOptions {
  /** Requests a minute and a client. */
  readonly rateLimit?: number;
}

export interface ServeDeps extends Omit<AppDeps, 'names' | 'tls' | 'baseUrl' | 'trustProxy'> {
  /** Called once, with the line that says where it listens. */
  announce(line: string): void | Promise<void>;
  /** Aborted when the server is to end. */
  readonly interruption: AbortSignal;
}

/** How long requests may still take when the server is told to end, in milliseconds. */
const GRACE = 10_000;

/** Serves until it is interrupted; requests under way are still answered. Errors: `listen-failed`, `usage`. */
export async function serve(deps: ServeDeps, options: ServeOptions): Promise<void> {
  const { announce, interruption, ...rest } = deps;
  const log = gathered(rest.log);
  const { tls, names, baseUrl, trustProxy } = planListening(options);
  const app = await buildApp({
    ...rest,
    log,
    names,
    trustProxy,
    ...(tls && { tls }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(options.rateLimit !== undefined && { limits: { ...rest.limits, requests: options.rateLimit } }),
  });
  const listening = await listen(app, options);
  try {
    await announce(`listening on ${listening.where}`);
    await aborted(interruption);
  } finally {
    await close(app);
    listening.remove();
    log.flush();
  }
}

interface Listening {
  readonly where: string;
  remove(): void;
}

async function listen(app: FastifyInstance, { host, port, socket, tlsCert }: ServeOptions): Promise<Listening> {
  // Fastify would log a line for each address, and `announce` says it once.
  const { level } = app.log;
  app.log.level = 'silent';
  try {
    if (socket !== undefined) {
      const remove = await listenOnSocket(socket, (path) => app.listen({ path }));
      return { where: socket, remove };
    }
    await app.listen({ host, port });
    const { address, family, port: got } = app.server.address() as AddressInfo;
    const scheme = tlsCert === undefined ? 'http' : 'https';
    return { where: `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${got}`, remove: () => {} };
  } catch (error) {
    await app.close();
    if (error instanceof OtpctlError) throw error;
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    const where = socket ?? `${host} port ${port}`;
    throw new OtpctlError('listen-failed', `the server cannot listen on ${printable(where)}: ${code}`, hintFor(code), {
      cause: error,
    });
  } finally {
    app.log.level = level;
  }
}

function hintFor(code: string): string | undefined {
  return code === 'EADDRINUSE' ? 'another program has it: name another with  --port N' : undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Takes no new connections, lets requests under way end, and after `GRACE` closes what is left. */
async function close(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), GRACE);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
