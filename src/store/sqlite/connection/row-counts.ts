import type { Connection } from './connection.ts';

/** How many rows each table has. */
export function rowCounts(connection: Connection): Record<string, number> {
  const tables = connection.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  const count = (name: string) =>
    Number(connection.get(`SELECT count(*) AS n FROM "${name.replaceAll('"', '""')}"`)?.['n']);
  return Object.fromEntries(tables.map(({ name }) => [String(name), count(String(name))]));
}
