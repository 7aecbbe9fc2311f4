// What `bulk disable-stale` is measured against: one UPDATE of the stale devices, and as many rows of audit.
import { DatabaseSync } from 'node:sqlite';

const [path = '', cutOff = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
const stale = `last_used <= ${Number(cutOff)} AND status IN ('C', 'V')`;
database.exec(`
  PRAGMA synchronous = FULL;
  BEGIN IMMEDIATE;
  INSERT INTO audit (seq, time, actor, action, object, result, device_id, user, user_fold, mac)
  SELECT (SELECT count FROM audit_anchor) + row_number() OVER (ORDER BY id), 1640995200, 'bench', 'device.disable',
         'device ' || id || ' ' || name || ' of ' || user, 'ok: enabled to disabled in run 1', CAST(id AS TEXT), user,
         user_fold, randomblob(32)
  FROM devices WHERE ${stale} ORDER BY id;
  UPDATE devices SET status = 'D', modified = 1640995200 WHERE ${stale};
  COMMIT;
`);
process.stdout.write(`${database.prepare(`SELECT count(*) AS n FROM audit`).get()?.['n']}\n`);
database.close();
