import { HttpError } from './http-error.ts';

/**
 * Refuses a value that is nested deeper than `limit`, or has half a surrogate pair in a text or a name: an escape can
 * write that, and no store can keep it. It goes level by level, since recursion could exhaust the stack.
 */
export function checkJson(value: unknown, limit: number): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) throw new HttpError(400, `the JSON is nested deeper than ${limit} levels`);
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each === 'string') refuseIllFormed(each);
      if (typeof each !== 'object' || each === null) continue;
      if (!Array.isArray(each)) Object.keys(each).forEach(refuseIllFormed);
      for (const inner of Object.values(each)) {
        if (typeof inner === 'string') refuseIllFormed(inner);
        else if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
}

function refuseIllFormed(text: string): void {
  if (!text.isWellFormed()) throw new HttpError(400, 'the JSON has a text that is not well-formed Unicode');
}
