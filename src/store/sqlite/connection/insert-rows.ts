import type { Connection, Parameters } from './connection.ts';

/** Rows of one statement: that takes half as long as one by one. */
const ROWS_AT_ONCE = 50;

/** Rows that go into a table, in the caller's transaction. */
interface RowInserter {
  add(values: Parameters): void;
  /** Inserts what is left. */
  end(): void;
}

export type InsertRows = (connection: Connection) => RowInserter;

/** Inserts rows of a table: many in one statement, as long as there are so many. */
export function insertRowsOf(table: string, columns: readonly string[]): InsertRows {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const one = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${row}`;
  const many = one + `, ${row}`.repeat(ROWS_AT_ONCE - 1);
  return (connection) => {
    let waiting: Parameters[number][] = [];
    return {
      add(values) {
        waiting.push(...values);
        if (waiting.length < ROWS_AT_ONCE * columns.length) return;
        connection.run(many, waiting);
        waiting = [];
      },
      end() {
        for (let at = 0; at < waiting.length; at += columns.length) {
          connection.run(one, waiting.slice(at, at + columns.length));
        }
        waiting = [];
      },
    };
  };
}
