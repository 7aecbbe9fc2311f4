import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Answers with one JSON object a line, as they are read; a client that reads slowly is waited for. */
export function sendLines<T>(
  reply: FastifyReply,
  pages: AsyncIterable<readonly T[]>,
  toJson: (item: T) => Record<string, unknown>,
): FastifyReply {
  const lines = async function* () {
    for await (const items of pages) yield items.map((item) => `${JSON.stringify(toJson(item))}\n`).join('');
  };
  return reply.type('application/x-ndjson').send(Readable.from(lines(), { objectMode: false }));
}

/** Items in pages, so that not every one of them is a write of its own. */
export async function* inPages<T>(items: AsyncIterable<T>, size = 100): AsyncIterable<readonly T[]> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
