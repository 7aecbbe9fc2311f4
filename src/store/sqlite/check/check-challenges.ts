import { typeRules } from '../../../domain/device-types/index.ts';
import type { Channel } from '../../../domain/provider-call/channel.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';

/** Seconds that a challenge is good for, at most. */
const LONGEST = 600;

/** Challenges that otpctl never issues, such as one that is good for too long, or easier to guess. */
export function* checkChallenges(connection: Connection): Generator<StoreFinding> {
  const sql = `SELECT c.*, d.type AS type FROM challenges c JOIN devices d ON d.id = c.device_id
    WHERE c.device_id > ? ORDER BY c.device_id LIMIT ?`;
  for (const row of keySetRows(connection, { sql, key: 'device_id', start: FIRST })) {
    for (const wrong of wrongIn(row)) {
      const remedy = `find out who wrote to the store, and take it away with  ${commandLine(['device', 'lock', String(row['device_id'])])}`;
      yield { finding: `the challenge of device ${row['device_id']} ${wrong}`, remedy };
    }
  }
}

function* wrongIn({ type, created, expires, positions, channel, code_hash, tries }: Row): Generator<string> {
  const channels = typeRules(String(type))?.channels;
  const life = Number(expires) - Number(created);
  // One that was ended for its positions to be kept has its end before its beginning.
  if (life < (positions === null ? 0 : -1) || life > LONGEST) yield `is good for ${life} seconds`;
  if (typeof tries !== 'number' || tries < 0) yield 'has tries that nobody made';
  if (positions !== null && (channels !== undefined || !isChoice(String(positions))))
    yield 'asks for no digits of a PIN';
  if (code_hash !== null && !(code_hash instanceof Uint8Array && code_hash.length === 32)) yield 'has no code';
  if (code_hash !== null && channels?.includes(channel as Channel) !== true) yield 'is of no channel of its type';
  if ((positions === null) === (code_hash === null)) yield 'asks for neither a code nor digits, or for both';
}

/** Two positions or more, ascending. */
function isChoice(text: string): boolean {
  if (!/^\[[1-9][0-9]?(,[1-9][0-9]?)+\]$/.test(text)) return false;
  const positions = text.slice(1, -1).split(',').map(Number);
  return positions.every((position, at) => position <= 64 && position > (positions[at - 1] ?? 0));
}
