/** Runs and their rows: of a store in the store itself, of a remote place in a file of the operator's. */
export const RUN_TABLES = `
  CREATE TABLE runs (
    id       INTEGER PRIMARY KEY,
    command  TEXT NOT NULL,
    place    TEXT NOT NULL,
    started  INTEGER NOT NULL,
    state    TEXT NOT NULL,
    actor    TEXT NOT NULL,
    reason   TEXT,
    ticket   TEXT,
    options  TEXT NOT NULL,
    undoes   INTEGER
  ) STRICT;

  CREATE TABLE run_rows (
    run             INTEGER NOT NULL REFERENCES runs (id),
    position        INTEGER NOT NULL,
    device_id       TEXT NOT NULL,
    name            TEXT NOT NULL,
    user            TEXT NOT NULL,
    status_from     TEXT NOT NULL,
    status_to       TEXT NOT NULL,
    last_used       INTEGER,
    rule            TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    reason          TEXT,
    before_fails    INTEGER,
    before_lock     TEXT,
    restore_fails   INTEGER,
    restore_lock    TEXT,
    PRIMARY KEY (run, position)
  ) STRICT, WITHOUT ROWID;
  `;
