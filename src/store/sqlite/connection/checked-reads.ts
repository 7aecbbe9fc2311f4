import type { Connection } from './connection.ts';

/**
 * A connection that is read for long: its file and its schema are looked at before the first read of each turn of the event
 * loop, so that nothing is served of a store that was replaced, or of a schema that another program changed meanwhile.
 */
export function withCheckedReads(connection: Connection): Connection {
  let isChecked = false;
  const check = (): void => {
    if (isChecked) return;
    connection.checkSchema();
    isChecked = true;
    setImmediate(() => {
      isChecked = false;
    });
  };
  return {
    ...connection,
    get(sql, parameters) {
      check();
      return connection.get(sql, parameters);
    },
    all(sql, parameters) {
      check();
      return connection.all(sql, parameters);
    },
    exec(sql) {
      check();
      connection.exec(sql);
    },
  };
}
