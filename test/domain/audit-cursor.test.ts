import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditCursor, CHAIN, parseAuditCursor } from '../../src/domain/audit/audit-cursor.ts';
import { actorOf, actorParts, actorsNamed } from '../../src/domain/audit/origin.ts';

describe('a cursor of the log', () => {
  it('leads back to its place, and is one word for a shell and a URL', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seq) => {
        const cursor = auditCursor({ chain: CHAIN, seq });
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(parseAuditCursor(cursor)).toEqual({ chain: CHAIN, seq });
      }),
      { seed: 3 },
    );
  });

  it('is no other text, however like one', () => {
    const like = fc
      .tuple(fc.integer(), fc.constantFrom('', '=', 'A', ' ', '-'))
      .map(([seq, more]) => `${auditCursor({ chain: CHAIN, seq })}${more}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), like, fc.base64String()), (text) => {
        let seq: number;
        try {
          ({ seq } = parseAuditCursor(text));
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-value', message: 'the cursor is none that otpctl gave' });
          return;
        }
        expect(auditCursor({ chain: CHAIN, seq })).toBe(text);
      }),
      { seed: 4 },
    );
  });
});

describe('an actor', () => {
  it('is its kind and its name, whatever the name is', () => {
    fc.assert(
      fc.property(fc.constantFrom('user', 'uid', 'key', 'person', 'door'), fc.string(), (kind, name) => {
        expect(actorParts(actorOf(kind, name))).toEqual({ kind: `${kind}:`, name });
      }),
    );
    expect(actorParts('root')).toEqual({ kind: '', name: 'root' });
  });

  it('is found by its name alone, of every kind, or by the whole of it', () => {
    expect(actorsNamed('ada')).toEqual(['ada', 'user:ada', 'uid:ada', 'key:ada', 'person:ada', 'door:ada']);
    expect(actorsNamed('key:ada')).toEqual(['key:ada']);
  });
});
