import type { Decide, Decision } from '../../../ports/store/decisions.ts';
import type { Connection } from '../connection/connection.ts';
import { type SeenRow, see } from './seen.ts';
import { Refusal, type Transactions } from './transactions.ts';
import { writeChange } from './write-change.ts';

/** Decisions over one connection: those that come in one turn are one transaction. */
export function createDecide(connection: Connection, transactions: Transactions): Decide {
  return <T>(ids: readonly string[], decide: (seen: readonly SeenRow[]) => Decision<T>) =>
    transactions.together((transaction) => {
      let seen: readonly SeenRow[];
      let decision: Decision<T>;
      try {
        seen = ids.map((id) => see(connection, transaction, id)).filter((found) => found !== undefined);
        decision = decide(seen);
        if (decision instanceof Promise) throw new TypeError('a decision cannot wait for anything');
      } catch (error) {
        throw new Refusal(error);
      }
      for (const change of decision.changes ?? []) {
        const of = seen.find(({ device }) => device.id === change.id);
        if (of === undefined) throw new TypeError(`device ${change.id} was decided about and not seen`);
        writeChange(connection, transaction.keys, of, change);
      }
      for (const event of decision.events ?? []) transaction.append(event);
      if (decision.often !== undefined) transaction.appendOften(decision.often);
      return decision.answer;
    });
}
