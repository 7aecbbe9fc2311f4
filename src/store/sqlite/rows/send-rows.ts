import type { Instant } from '../../../domain/instant.ts';
import { fold } from '../../../domain/user.ts';
import type { Connection } from '../connection/connection.ts';

/** Messages that are older than this are forgotten: nobody counts further back than an hour. */
const KEPT_SECONDS = 3600;

/** Messages to a user after a moment. */
export function countSends(connection: Connection, user: string, after: Instant): number {
  const row = connection.get('SELECT count(*) AS n FROM sends WHERE user_fold = ? AND time > ?', [fold(user), after]);
  return Number(row?.['n']);
}

export function addSend(connection: Connection, challengeId: string, user: string, time: Instant): void {
  // Also those with a time to come, written when the clock was wrong: they would count until then.
  connection.run('DELETE FROM sends WHERE time <= ? OR time > ?', [time - KEPT_SECONDS, time + KEPT_SECONDS]);
  connection.run('INSERT INTO sends (challenge, user_fold, time) VALUES (?, ?, ?)', [challengeId, fold(user), time]);
}

/** Takes back a message that was not sent after all. */
export function removeSend(connection: Connection, challengeId: string): void {
  connection.run('DELETE FROM sends WHERE challenge = ?', [challengeId]);
}
