/** Marks a file as ours in SQLite's own header (`PRAGMA application_id`): "otpc". */
export const APPLICATION_ID = 0x6f747063;

/** Bulk runs and their rows. Runs on a local store are in it; runs at a server are in a file of the operator's. */
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

/** The schema, one step an entry: entry n takes a store from version n to n + 1. A released step never changes. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE store (
    only            INTEGER PRIMARY KEY CHECK (only = 1),
    id              TEXT NOT NULL,
    created         INTEGER NOT NULL,
    key_place       TEXT NOT NULL,
    master_key_id   TEXT NOT NULL,
    data_key_id     TEXT NOT NULL,
    data_key        BLOB NOT NULL,
    audit_key       BLOB NOT NULL,
    next_device_id  INTEGER NOT NULL,
    next_number     INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE devices (
    id                  INTEGER PRIMARY KEY,
    external_id         TEXT,
    name                TEXT NOT NULL,
    name_fold           TEXT NOT NULL,
    type                TEXT NOT NULL,
    user                TEXT NOT NULL,
    user_fold           TEXT NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('C', 'V', 'L', 'D')),
    status_before_lock  TEXT CHECK (status_before_lock IN ('C', 'V')),
    created             INTEGER NOT NULL,
    modified            INTEGER NOT NULL,
    last_used           INTEGER,
    fails               INTEGER NOT NULL DEFAULT 0 CHECK (fails >= 0),
    email               TEXT,
    email_fold          TEXT,
    phone               TEXT,
    digits              INTEGER,
    algorithm           TEXT,
    period              INTEGER,
    counter             INTEGER,
    last_step           INTEGER,
    drift               INTEGER NOT NULL DEFAULT 0,
    secret              BLOB,
    key_id              TEXT
  ) STRICT;
  CREATE INDEX devices_by_user ON devices (user_fold);
  CREATE INDEX devices_by_name ON devices (name_fold);
  CREATE INDEX devices_by_last_used ON devices (last_used);

  CREATE TABLE challenges (
    device_id  INTEGER PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    positions  TEXT,
    channel    TEXT,
    code_hash  BLOB,
    tries      INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY,
    time       INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    result     TEXT NOT NULL,
    reason     TEXT,
    ticket     TEXT,
    device_id  TEXT,
    user       TEXT,
    user_fold  TEXT,
    mac        BLOB NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_user ON audit (user_fold);
  CREATE INDEX audit_by_device ON audit (device_id);

  CREATE TABLE audit_anchor (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    count  INTEGER NOT NULL,
    head   BLOB NOT NULL,
    mac    BLOB NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE settings (
    key     TEXT PRIMARY KEY,
    value   TEXT NOT NULL,
    sealed  BLOB,
    key_id  TEXT
  ) STRICT;

  CREATE TABLE users (
    name_fold   TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    attributes  TEXT NOT NULL
  ) STRICT;

  CREATE TABLE sends (
    challenge  TEXT PRIMARY KEY,
    user_fold  TEXT NOT NULL,
    time       INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sends_by_user ON sends (user_fold, time);
  CREATE INDEX sends_by_time ON sends (time);

  ALTER TABLE devices ADD COLUMN last_channel TEXT;
  `,
  `
  CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    name_fold  TEXT NOT NULL,
    roles      TEXT NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER,
    rotated    INTEGER NOT NULL CHECK (rotated IN (0, 1)),
    hash       BLOB NOT NULL
  ) STRICT;
  CREATE INDEX api_keys_by_name ON api_keys (name_fold);
  CREATE UNIQUE INDEX api_keys_current ON api_keys (name_fold) WHERE rotated = 0;
  `,
  `
  CREATE TABLE ds100 (
    device_serial      TEXT PRIMARY KEY,
    token_serial       TEXT NOT NULL UNIQUE,
    user_id            TEXT NOT NULL,
    email              TEXT,
    email_fold         TEXT,
    name               TEXT,
    status             TEXT NOT NULL CHECK (status IN ('Enabled', 'Disabled')),
    status_changed     INTEGER,
    status_changed_by  TEXT,
    pin_set            INTEGER CHECK (pin_set IN (0, 1)),
    registered         INTEGER NOT NULL,
    updated            INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX ds100_by_user ON ds100 (user_id);
  CREATE INDEX ds100_by_email ON ds100 (email_fold);
  `,
  RUN_TABLES,
  `
  ALTER TABLE store ADD COLUMN key_since INTEGER;
  ALTER TABLE store ADD COLUMN former_key_id TEXT;

  ALTER TABLE challenges ADD COLUMN code_key_id TEXT;
  CREATE TABLE code_keys (
    id      TEXT PRIMARY KEY,
    sealed  BLOB NOT NULL
  ) STRICT;

  CREATE TABLE audit_floor (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    seq   INTEGER NOT NULL,
    head  BLOB NOT NULL,
    mac   BLOB NOT NULL
  ) STRICT;
  `,
  'ALTER TABLE devices ADD COLUMN resync_needed INTEGER NOT NULL DEFAULT 0 CHECK (resync_needed IN (0, 1));',
  `
  ALTER TABLE store ADD COLUMN next_user_id INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE devices ADD COLUMN user_id INTEGER;
  CREATE TEMP TABLE users_before (name_fold TEXT PRIMARY KEY, name, attributes) WITHOUT ROWID;
  INSERT INTO users_before SELECT name_fold, name, attributes FROM users;
  DROP TABLE users;

  CREATE TABLE users (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL,
    name_fold       TEXT NOT NULL UNIQUE,
    active          INTEGER NOT NULL CHECK (active IN (0, 1)),
    attributes      TEXT NOT NULL,
    groups          TEXT NOT NULL,
    enrolled_since  INTEGER,
    created         INTEGER NOT NULL,
    modified        INTEGER NOT NULL
  ) STRICT;

  -- Whoever has a device, by the name of the first one.
  INSERT INTO users (name, name_fold, active, attributes, groups, enrolled_since, created, modified)
  SELECT coalesce(known.name, first.user), fold, 1, coalesce(known.attributes, '{}'), '[]', confirmed, made, made
  FROM (
    SELECT user_fold AS fold, min(id) AS first_id, min(created) AS made,
           min(CASE WHEN status = 'V' OR status_before_lock = 'V' OR last_used IS NOT NULL
                    THEN min(created, coalesce(last_used, created)) END) AS confirmed
    FROM devices NOT INDEXED GROUP BY user_fold
  )
  CROSS JOIN devices AS first ON first.id = first_id
  LEFT JOIN users_before AS known ON known.name_fold = fold;

  -- And who has attributes and no device. When that was, nobody wrote down.
  INSERT INTO users (name, name_fold, active, attributes, groups, created, modified)
  SELECT known.name, known.name_fold, 1, known.attributes, '[]', store.created, store.created
  FROM users_before AS known CROSS JOIN store
  WHERE NOT EXISTS (SELECT 1 FROM devices WHERE user_fold = known.name_fold);

  UPDATE devices SET user_id = (SELECT users.id FROM users WHERE users.name_fold = devices.user_fold);
  UPDATE store SET next_user_id = (SELECT coalesce(max(id), 0) + 1 FROM users);
  DROP TABLE temp.users_before;
  `,
  `
  ALTER TABLE audit ADD COLUMN chain INTEGER;
  ALTER TABLE audit ADD COLUMN type TEXT;
  ALTER TABLE audit ADD COLUMN user_id TEXT;
  ALTER TABLE audit ADD COLUMN run TEXT;
  ALTER TABLE audit ADD COLUMN door TEXT;
  ALTER TABLE audit ADD COLUMN peer TEXT;
  ALTER TABLE audit ADD COLUMN client TEXT;
  ALTER TABLE audit ADD COLUMN salts BLOB;
  ALTER TABLE audit ADD COLUMN erased TEXT;
  `,
  `
  ALTER TABLE devices ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE repeated (
    event  TEXT PRIMARY KEY,
    since  INTEGER NOT NULL,
    more   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE devices ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE devices ADD COLUMN mac BLOB;
  ALTER TABLE users ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE users ADD COLUMN mac BLOB;
  ALTER TABLE settings ADD COLUMN mac BLOB;
  ALTER TABLE api_keys ADD COLUMN mac BLOB;
  CREATE INDEX audit_of_users ON audit (user_id) WHERE action IN ('user.set', 'user.remove', 'user.erase');

  CREATE TABLE signatures (
    name  TEXT PRIMARY KEY,
    mac   BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  DROP TABLE repeated;
  CREATE TABLE repeated (
    event  TEXT PRIMARY KEY,
    since  INTEGER NOT NULL,
    more   INTEGER NOT NULL,
    mac    BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE api_keys ADD COLUMN scope TEXT;
  `,
];
