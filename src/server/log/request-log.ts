import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { loggedTarget } from './logged-target.ts';

/** Where lines of the log go. */
export interface LogSink {
  write(line: string): void;
}

/**
 * Logs JSON lines with the time; errors with name, message and stack. Requests and responses are not logged as such, so no
 * header, query or body gets into a line.
 */
export function loggerOptions(sink: LogSink) {
  return {
    level: 'info',
    stream: sink,
    base: null,
    timestamp: true,
    serializers: {
      err: (error: Error) => ({ type: error.name, message: error.message, stack: error.stack ?? '' }),
      req: () => ({}),
      res: () => ({}),
    },
  };
}

/** One line for each request, when it is answered. */
export function logRequest(log: FastifyBaseLogger, request: FastifyRequest, reply: FastifyReply): void {
  log.info(
    {
      reqId: request.id,
      method: request.method,
      path: loggedTarget(request.raw.url ?? ''),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      client: request.client?.address,
      key: request.apiKey?.name,
    },
    'request',
  );
}

/** A sink that writes all lines of one pass of the event loop at once. */
export function gathered(sink: LogSink): LogSink & { flush(): void } {
  let lines = '';
  const flush = () => {
    const text = lines;
    lines = '';
    if (text !== '') sink.write(text);
  };
  return {
    flush,
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}
