// What a migration to users with ids is measured against: one new column, and one UPDATE of every row that fills it.
import { DatabaseSync } from 'node:sqlite';

const [path = '', users = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec(`
  PRAGMA synchronous = FULL;
  BEGIN IMMEDIATE;
  ALTER TABLE devices ADD COLUMN user_id INTEGER;
  UPDATE devices SET user_id = id % ${Number(users)} + 1;
  COMMIT;
`);
process.stdout.write(`${database.prepare('SELECT count(DISTINCT user_id) AS n FROM devices').get()?.['n']}\n`);
database.close();
