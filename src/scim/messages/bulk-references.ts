import type { BulkOperation } from './bulk-request.ts';

const REFERENCE = /^bulkId:(.+)$/i;

/** The bulkIds that an operation refers to: in segments of its path, and in its data, where a whole value is a reference. */
export function bulkReferences({ path, data }: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (text: string) => {
    const bulkId = referenceIn(text);
    if (bulkId !== undefined) found.add(bulkId);
    return text;
  };
  mapSegments(path, note);
  mapTexts(data, note);
  return found;
}

/** An operation with ids in place of its references, as far as the ids are known. */
export function resolveReferences(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const resolve = (text: string) => ids.get(referenceIn(text) ?? '') ?? text;
  return { ...operation, path: mapSegments(operation.path, resolve), data: mapTexts(operation.data, resolve) };
}

function referenceIn(text: string): string | undefined {
  return REFERENCE.exec(text)?.[1];
}

/** Replaces the segments after the first slash. */
function mapSegments(path: string, map: (segment: string) => string): string {
  const [first = '', ...segments] = path.split('/');
  return [first, ...segments.map(map)].join('/');
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTexts(each, map)]));
}
