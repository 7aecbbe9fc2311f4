/** SQLite releases before it can corrupt a database that two processes write. */
const LEAST = [3, 51, 3];
export const LEAST_SQLITE = LEAST.join('.');

/** Whether a release is one that can damage a store. */
export function isOldSqlite(version: string): boolean {
  const numbers = version.split('.').map(Number);
  const at = LEAST.findIndex((least, index) => numbers[index] !== least);
  return at >= 0 && !((numbers[at] ?? 0) >= (LEAST[at] ?? 0));
}
