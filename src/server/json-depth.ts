import { HttpError } from './http-error.ts';

/** Refuses a value that is nested deeper than `limit`, level by level: what is deep must not exhaust the stack. */
export function checkDepth(value: unknown, limit: number): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) throw new HttpError(400, `the JSON is nested deeper than ${limit} levels`);
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue;
      for (const inner of Object.values(each)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
}
