import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { counted } from '../../domain/text/counted.ts';
import { HttpError } from '../answers/http-error.ts';
import type { Gate } from '../limits/gate.ts';
import type { Limits } from '../limits/limits.ts';
import type { Turn } from '../limits/turns.ts';

/** Characters that are sent at once: whoever reads that many in a pause is not too slow. */
const CHUNK = 16_384;

interface LinesDeps extends Pick<Gate, 'keyOf'> {
  readonly turn: Turn;
  readonly limits: Pick<Limits, 'streamPause' | 'streamLife' | 'streams'>;
}

/**
 * Answers with one JSON object a line, a page at a time, each in a turn of its own. A client that reads slowly is waited
 * for, but not for ever; and what is still to come when its key ends it does not get. An answer that is ended so is cut
 * off, so that nobody takes it for whole.
 */
export type SendLines = <T>(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: AsyncIterable<readonly T[]>,
  toJson: (item: T) => Record<string, unknown>,
) => Promise<FastifyReply>;

export function createLines({ turn, limits, keyOf }: LinesDeps): SendLines {
  const take = createShares(limits.streams);
  return async (request, reply, pages, toJson) => {
    const { raw } = reply;
    const release = take(request.apiKey?.id ?? '');
    const cut = (why: string) => {
      request.log.warn({ reqId: request.id }, `the answer was cut off: ${why}`);
      // Of an answer that waits behind others of its connection nobody says that it is over.
      release();
      raw.destroy();
    };
    const seconds = (milliseconds: number) => counted(Math.ceil(milliseconds / 1000), 'second');
    const source = pages[Symbol.asyncIterator]();
    const next = async () => {
      await turn();
      return source.next();
    };
    // What goes wrong before there is anything to send is an answer of its own.
    let page = await next().catch((error: unknown) => {
      release();
      throw error;
    });

    const pause = setTimeout(
      () => cut(`its client read nothing for ${seconds(limits.streamPause)}`),
      limits.streamPause,
    ).unref();
    const life = setTimeout(() => cut(`it took longer than ${seconds(limits.streamLife)}`), limits.streamLife).unref();
    raw.once('close', () => {
      release();
      clearTimeout(pause);
      clearTimeout(life);
    });
    const lines = async function* () {
      while (!page.done) {
        let chunk = '';
        for (const item of page.value) {
          chunk += `${JSON.stringify(toJson(item))}\n`;
          if (chunk.length < CHUNK) continue;
          yield chunk;
          pause.refresh();
          chunk = '';
        }
        if (chunk !== '') yield chunk;
        pause.refresh();
        if ((await keyOf(request)) === undefined) {
          cut('its key is not good any more');
          return;
        }
        page = await next();
      }
    };
    return reply.type('application/x-ndjson').send(Readable.from(lines(), { objectMode: false }));
  };
}

/** Hands out shares, so many to each key at once, and answers what gives one back. */
function createShares(most: number): (key: string) => () => void {
  const taken = new Map<string, number>();
  return (key) => {
    const before = taken.get(key) ?? 0;
    if (before >= most) {
      throw new HttpError(429, `the API key has ${counted(before, 'long answer')} under way: read or close one first`);
    }
    taken.set(key, before + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const now = (taken.get(key) ?? 1) - 1;
      if (now === 0) taken.delete(key);
      else taken.set(key, now);
    };
  };
}
