import type { BulkOperation } from './bulk-request.ts';

const REFERENCE = /^bulkId:(.+)$/i;
const SEGMENT = /(?<=\/)bulkId:([^/]+)/gi;

/** The bulkIds that an operation refers to, in its path and as whole values anywhere in its data. */
export function bulkReferences({ path, data }: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, bulkId = ''] of path.matchAll(SEGMENT)) found.add(bulkId);
  mapTexts(data, (text) => {
    const bulkId = REFERENCE.exec(text)?.[1];
    if (bulkId !== undefined) found.add(bulkId);
    return text;
  });
  return found;
}

/** An operation with the ids of what was made in place of references to it. */
export function resolveReferences(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  return {
    ...operation,
    path: operation.path.replace(SEGMENT, (text, bulkId: string) => ids.get(bulkId) ?? text),
    data: mapTexts(operation.data, (text) => ids.get(REFERENCE.exec(text)?.[1] ?? '') ?? text),
  };
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTexts(each, map)]));
}
