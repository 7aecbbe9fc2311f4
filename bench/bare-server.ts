// What the server is measured against: Fastify, and the SQL of the same requests, with nothing around it. It prints its
// port. Keys are looked up as the server does, and believed; the audit entry is written, with nothing that chains it.
import { DatabaseSync } from 'node:sqlite';
import { fastify } from 'fastify';

const database = new DatabaseSync(process.argv[2] ?? '', { timeout: 30_000 });
database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
const COLUMNS = `id, external_id, name, type, user, status, status_before_lock, created, modified, last_used, fails, email,
  phone, digits, algorithm, period, counter, last_step, drift`;
const key = database.prepare('SELECT * FROM api_keys WHERE id = ?');
const one = database.prepare(`SELECT ${COLUMNS} FROM devices WHERE id = ?`);
const page = database.prepare(`SELECT ${COLUMNS} FROM devices ORDER BY devices.id ASC LIMIT ? OFFSET ?`);
const total = database.prepare('SELECT count(*) AS n FROM devices');
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const update = database.prepare(
  'UPDATE devices SET modified = ?, status = ?, fails = ?, status_before_lock = ? WHERE id = ?',
);
const anchor = database.prepare('SELECT count, head, mac FROM audit_anchor');
const last = database.prepare('SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1');
const append = database.prepare(
  `INSERT INTO audit (seq, time, actor, action, object, result, reason, ticket, device_id, user, user_fold, mac)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const move = database.prepare('INSERT OR REPLACE INTO audit_anchor (only, count, head, mac) VALUES (1, ?, ?, ?)');
const MAC = new Uint8Array(32);

const iso = (seconds: unknown) => `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}Z`;
const resource = (row: Record<string, unknown> | undefined) =>
  row && {
    schemas: ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'],
    id: String(row['id']),
    name: row['name'],
    type: row['type'],
    user: row['user'],
    status: row['status'],
    created: iso(row['created']),
    ...(row['last_used'] !== null && { lastUsed: iso(row['last_used']) }),
    fails: row['fails'],
    meta: {
      resourceType: 'OtpDevice',
      created: iso(row['created']),
      lastModified: iso(row['modified']),
      location: `http://127.0.0.1/scim/v2/OtpDevice/${row['id']}`,
    },
  };

const app = fastify();
app.addContentTypeParser('application/scim+json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
app.addHook('onRequest', async ({ headers }) => {
  key.get(headers.authorization?.split('_')[1] ?? '');
});
app.get<{ Params: { id: string } }>('/scim/v2/OtpDevice/:id', async ({ params }) =>
  resource(one.get(Number(params.id))),
);
app.get<{ Querystring: { count: string } }>('/scim/v2/OtpDevice', async ({ query }) => {
  const rows = page.all(Number(query.count), 0);
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total.get()?.['n'],
    itemsPerPage: rows.length,
    startIndex: 1,
    Resources: rows.map(resource),
  };
});
app.patch<{ Params: { id: string }; Body: { Operations: { value: string }[] } }>(
  '/scim/v2/OtpDevice/:id',
  async ({ params, body }) => {
    const id = Number(params.id);
    const now = Math.floor(Date.now() / 1000);
    const status = body.Operations[0]?.value ?? 'V';
    one.get(id);
    begin.run();
    const device = one.get(id);
    update.run(now, status, 0, null, id);
    anchor.get();
    const seq = Number(last.get()?.['seq']) + 1;
    const { name, user } = device as { name: string; user: string };
    const object = `device ${id} ${name} of ${user}`;
    append.run(seq, now, 'bench', 'device.update', object, 'ok', null, null, String(id), user, user.toLowerCase(), MAC);
    move.run(seq, MAC, MAC);
    const changed = one.get(id);
    commit.run();
    return resource(changed);
  },
);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
process.on('SIGTERM', () => process.exit(0));
