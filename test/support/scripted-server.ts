import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ScriptedRequest {
  readonly method: string;
  /** Path and query, decoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

/** A server on this machine that answers what a test says, and keeps what it was asked. */
export async function scriptedServer(
  answer: (request: ScriptedRequest) => ScriptedAnswer | undefined,
): Promise<{ readonly origin: string; readonly requests: ScriptedRequest[] }> {
  const requests: ScriptedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = incoming;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const request = { method, target: decodeURIComponent(url), headers, body };
    requests.push(request);
    const { status = 200, headers: more = {}, body: sent } = answer(request) ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(sent === undefined || typeof sent === 'string' ? sent : JSON.stringify(sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
