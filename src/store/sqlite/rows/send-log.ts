import { fold } from '../../../domain/user.ts';
import type { SendLog } from '../../../ports/store/store-writer.ts';
import type { Connection } from '../connection/connection.ts';

/** Longer than anybody counts back. */
const KEPT = 3600;

export function createSendLog(connection: Connection): SendLog {
  return {
    count(user, after) {
      const row = connection.get('SELECT count(*) AS n FROM sends WHERE user_fold = ? AND time > ?', [
        fold(user),
        after,
      ]);
      return Number(row?.['n']);
    },
    add(challengeId, user, time) {
      // Also those from a future that a wrong clock told of: they would count until it comes.
      connection.run('DELETE FROM sends WHERE time <= ? OR time > ?', [time - KEPT, time + KEPT]);
      connection.run('INSERT INTO sends (challenge, user_fold, time) VALUES (?, ?, ?)', [
        challengeId,
        fold(user),
        time,
      ]);
    },
    remove(challengeId) {
      connection.run('DELETE FROM sends WHERE challenge = ?', [challengeId]);
    },
  };
}
