import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { counted } from '../../domain/text/counted.ts';
import type { KeyAccess } from '../access/key-access.ts';
import { HttpError } from '../answers/http-error.ts';
import type { Limits } from '../limits/limits.ts';
import type { WaitForTurn } from '../limits/turn-queue.ts';

/** Characters that are sent at once. A client that reads so many within the pause is fast enough. */
const CHUNK = 16_384;

interface LinesDeps extends Pick<KeyAccess, 'keyOf'> {
  readonly waitForTurn: WaitForTurn;
  readonly limits: Pick<Limits, 'streamPause' | 'streamLife' | 'streams'>;
}

/**
 * Answers with one JSON object a line. A page is read at a time, each in its turn. The answer ends early if the client reads
 * too slowly, if it takes too long, or when the key is revoked or expires. Then the connection is cut, so that nobody
 * takes what came for the whole answer.
 */
export type SendLines = <T>(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: AsyncIterable<readonly T[]>,
  toJson: (item: T) => Record<string, unknown>,
) => Promise<FastifyReply>;

export function createLines({ waitForTurn, limits, keyOf }: LinesDeps): SendLines {
  const takeSlot = createSlots(limits.streams);
  return async (request, reply, pages, toJson) => {
    const { raw } = reply;
    const release = takeSlot(request.apiKey?.id ?? '');
    const cut = (why: string) => {
      request.log.warn({ reqId: request.id }, `the answer was cut off: ${why}`);
      // An answer that waits behind others on its connection gets no 'close' event.
      release();
      raw.destroy();
    };
    const seconds = (milliseconds: number) => counted(Math.ceil(milliseconds / 1000), 'second');
    const source = pages[Symbol.asyncIterator]();
    const next = async () => {
      await waitForTurn();
      return source.next();
    };
    // Nothing is sent yet, so an error here can still be answered as one.
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

/** Slots for long answers, at most so many to a key at once. Taking one returns the function that frees it. Errors: 429. */
function createSlots(most: number): (key: string) => () => void {
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
