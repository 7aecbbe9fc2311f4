// What `device list -o jsonl` is measured against: reads the same rows, formats the same JSON, writes it.
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const iso = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, -5)}Z`;

const database = new DatabaseSync(process.argv[2] ?? '');
const rows = database
  .prepare('SELECT id, name, type, user, status, created, last_used, fails, email, phone FROM devices ORDER BY id')
  .iterate() as Iterable<Record<string, number & string>>;
let text = '';
for (const { id, name, type, user, status, created, last_used: lastUsed, fails, email, phone } of rows) {
  const device = {
    id: String(id),
    name,
    type,
    user,
    status,
    created: iso(Number(created)),
    lastUsed: lastUsed === null ? undefined : iso(Number(lastUsed)),
    fails,
    email: email ?? undefined,
    phone: phone ?? undefined,
  };
  text += `${JSON.stringify(device)}\n`;
  if (text.length > 65_536) {
    writeAll(text);
    text = '';
  }
}
writeAll(text);

/** A pipe takes as much as it has room for. */
function writeAll(data: string): void {
  let bytes = Buffer.from(data);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes));
}
