import type { Socket } from 'node:net';
import { scimError } from './error-answer.ts';

const REASONS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request took too long'],
};

/** Answers what is not HTTP, or comes too slowly. It is not logged: there may be a key in it. */
export function answerClientError({ code = '' }: { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, phrase, message] = REASONS[code] ?? [400, 'Bad Request', 'this is not a proper HTTP request'];
  const body = JSON.stringify(scimError({ status, code, message, headers: {} }));
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: application/scim+json\r\nCache-Control: no-store\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
