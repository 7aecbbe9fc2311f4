import { DatabaseSync, type SQLInputValue, StatementSync } from 'node:sqlite';

/** A statement as it was run: with the `get` or the `run` of a prepared one, or with the `exec` of a database. */
export interface RecordedStatement {
  readonly call: 'get' | 'run' | 'exec';
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** Every statement that any connection of this process runs during `work`, in order. */
export async function recordStatements(work: () => Promise<void>): Promise<readonly RecordedStatement[]> {
  const { get, run } = StatementSync.prototype;
  const { exec } = DatabaseSync.prototype;
  const recorded: RecordedStatement[] = [];
  StatementSync.prototype.get = function (this: StatementSync, ...parameters: SQLInputValue[]) {
    recorded.push({ call: 'get', sql: this.sourceSQL, parameters });
    return Reflect.apply(get, this, parameters);
  } as typeof get;
  StatementSync.prototype.run = function (this: StatementSync, ...parameters: SQLInputValue[]) {
    recorded.push({ call: 'run', sql: this.sourceSQL, parameters });
    return Reflect.apply(run, this, parameters);
  } as typeof run;
  DatabaseSync.prototype.exec = function (sql) {
    recorded.push({ call: 'exec', sql, parameters: [] });
    return exec.call(this, sql);
  };
  try {
    await work();
    return recorded;
  } finally {
    Object.assign(StatementSync.prototype, { get, run });
    Object.assign(DatabaseSync.prototype, { exec });
  }
}

/** Something that runs the statements again, with nothing around them: each is prepared once. */
export function createReplay(database: DatabaseSync): (statements: readonly RecordedStatement[]) => void {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      // As the store reads them, which is faster.
      statement.setReturnArrays(true);
      prepared.set(sql, statement);
    }
    return statement;
  };
  return (statements) => {
    for (const { call, sql, parameters } of statements) {
      if (call === 'exec') database.exec(sql);
      else prepare(sql)[call](...parameters);
    }
  };
}
