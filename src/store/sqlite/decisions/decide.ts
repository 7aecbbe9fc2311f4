import type { Decide, Decision } from '../../../ports/store/decisions.ts';
import type { Connection } from '../connection/connection.ts';
import { removeSend } from '../rows/send-rows.ts';
import type { UsersWithin } from '../rows/user-rows.ts';
import { type SeenRow, see } from './seen.ts';
import { Refusal, type Transactions } from './transactions.ts';
import { writeChange } from './write-change.ts';

/** Decisions over one connection: those that come in one turn are one transaction. In a scope, others' devices are not seen. */
export function createDecide(connection: Connection, transactions: Transactions, scope?: UsersWithin): Decide {
  return <T>(ids: readonly string[], decide: (seen: readonly SeenRow[]) => Decision<T>) =>
    transactions.together((transaction) => {
      let seen: readonly SeenRow[];
      let decision: Decision<T>;
      try {
        seen = ids.map((id) => see(connection, transaction, id, scope)).filter((found) => found !== undefined);
        decision = decide(seen);
        if (decision instanceof Promise) throw new TypeError('a decision cannot wait for anything');
      } catch (error) {
        throw new Refusal(error);
      }
      const { changes = [], events = [], often } = decision;
      const entries = new Map<string | undefined, number>();
      for (const event of events) entries.set(event.deviceId, transaction.append(event));
      const told = often && transaction.appendOften(often);
      if (told !== undefined) entries.set(often?.deviceId, told);
      for (const each of seen) {
        const { id } = each.device;
        const [change, entry] = [changes.find((one) => one.id === id), entries.get(id)];
        if (change === undefined && (entry === undefined || each.forged === 'device')) continue;
        writeChange(connection, transaction.keys, each, { ...(change ?? { id }), entry: entry ?? each.entry });
      }
      if (decision.unsent !== undefined) removeSend(connection, decision.unsent);
      return decision.answer;
    });
}
