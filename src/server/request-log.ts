import type { FastifyReply, FastifyRequest } from 'fastify';

/** Where lines of the log go. */
export interface LogSink {
  write(line: string): void;
}

const MAX_PATH = 300;

/** JSON lines with the time, and of errors their stack. No header, no query and no body is in them. */
export function loggerOptions(sink: LogSink) {
  return {
    level: 'info',
    stream: sink,
    base: null,
    timestamp: true,
    redact: ['headers', 'authorization', 'body', '*.authorization', '*.headers', '*.body', 'err.rawPacket'],
    serializers: {
      err: (error: Error) => ({ type: error.name, message: error.message, stack: error.stack ?? '' }),
    },
  };
}

/** One line for each request, when it is answered. */
export function logRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { client, key }: { readonly client: string | undefined; readonly key: string | undefined },
): void {
  const [path = ''] = (request.raw.url ?? '').split('?');
  request.log.info(
    {
      method: request.method,
      path: path.slice(0, MAX_PATH),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      client,
      key,
    },
    'request',
  );
}
