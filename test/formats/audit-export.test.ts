import { describe, expect, it } from 'vitest';
import type { SealedPart } from '../../src/domain/audit/sealed-part.ts';
import { createExportCheck, nextHash, proofHash } from '../../src/formats/audit-export.ts';

const PREVIOUS = '00'.repeat(32);

/** What an export of the entries is found to be, of which its proof says that some are sealed. */
function verdict(present: readonly number[], last: number, sealed: readonly SealedPart[]) {
  let link = PREVIOUS;
  const lines = present.map((seq) => {
    const mac = Buffer.alloc(32, seq % 256);
    const entry = { seq, time: 0, actor: 'tester', action: 'device.list', object: 'device 1', result: 'ok', mac };
    link = nextHash(link, entry);
    return JSON.stringify({ ...entry, time: '1970-01-01T00:00:00Z', mac: mac.toString('hex'), hash: link });
  });
  const proof = { first: 1, last, previous: PREVIOUS, hash: proofHash(link, sealed), sealed };
  const check = createExportCheck(proof);
  const found = [...lines, JSON.stringify({ proof })].map((line) => check.next(line));
  return found.find((each) => each !== undefined)?.finding;
}

function part(first: number, last: number): SealedPart {
  return { part: 'entries', first, last, entries: 0, finding: 'x', by: 99 };
}

describe('an export of a log of which parts are sealed', () => {
  it('lacks nothing but what is sealed, in whatever order and however often that is said', () => {
    const sealed = [
      part(6, 7),
      part(2, 3),
      part(3, 4),
      part(2, 2),
      part(5, 5),
      { ...part(1, 1), part: 'anchor' as const },
    ];
    expect(verdict([1, 8], 8, sealed)).toBeUndefined();
    expect(verdict([1, 4, 6, 8], 8, sealed)).toBeUndefined();
    expect(verdict([8], 8, sealed)).toBeUndefined();
    expect(verdict([1], 8, sealed)).toBe('the export was cut: entry 2 of 8 is missing');
    expect(verdict([1, 9], 9, sealed)).toBe('entry 2 is missing: entry 9 stands in its place');
    expect(verdict([1, 4, 3, 8], 8, sealed)).toBe('entry 3 stands where entry 5 should be');
  });

  it('is read whatever number of parts its proof has', () => {
    const sealed = Array.from({ length: 13_000 }, (_, at) => part(at + 2, at + 2));
    expect(verdict([1, 13_002], 13_002, sealed)).toBeUndefined();
    expect(verdict([1], 13_002, sealed)).toBe('the export was cut: entry 2 of 13002 is missing');
  });
});
