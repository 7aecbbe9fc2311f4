import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit/audit.ts';
import { AUDIT_BOUNDS, recordable } from '../../src/domain/audit/audit.ts';
import { hasControlCharacters } from '../../src/domain/text/printable.ts';
import { hostileText } from '../support/hostile-text.ts';

const EVENT: AuditEvent = { time: 1, actor: 'user:ada', action: 'device.lock', object: 'device 1', result: 'ok' };

describe('an event', () => {
  it('that has nothing odd in it is kept as it is', () => {
    const event = { ...EVENT, user: 'Zoë', reason: 'Gerät "verloren" \\u{1b}', ticket: '\u{1f600}', deviceId: '1' };
    expect(recordable(event)).toBe(event);
  });

  it('keeps what it says, written out where it cannot be kept', () => {
    const event = { ...EVENT, object: 'a\u0000b\u001b[31m\n\u0085\u202ec', reason: 'x\ud800y\udc00', user: '\ud83d' };
    expect(recordable(event)).toEqual({
      ...EVENT,
      object: 'a\\u{0}b\\u{1b}[31m\\u{a}\\u{85}\\u{202e}c',
      reason: 'x\\u{d800}y\\u{dc00}',
      user: '\\u{d83d}',
    });
  });

  it('that is too long is cut, with the length and the hash of the whole, and never within a character', () => {
    const whole = '\u{1f600}'.repeat(5000);
    for (const text of [whole, `x${whole}`]) {
      const { object, reason } = recordable({ ...EVENT, object: text, reason: 'r'.repeat(AUDIT_BOUNDS.reason) });
      expect(object.length).toBeLessThanOrEqual(AUDIT_BOUNDS.object);
      expect(object.length).toBeGreaterThan(AUDIT_BOUNDS.object - 3);
      expect(object.isWellFormed()).toBe(true);
      const digest = createHash('sha256').update(text).digest('hex');
      expect(object).toContain(
        ` ... (cut: ${text.length === 10_000 ? '10,000' : '10,001'} characters, SHA-256 ${digest})`,
      );
      expect(reason).toHaveLength(AUDIT_BOUNDS.reason);
    }
  });

  it('is well-formed, printable and within bounds, whatever its texts are, and stays what it is', () => {
    const fields = Object.keys(AUDIT_BOUNDS) as (keyof typeof AUDIT_BOUNDS)[];
    fc.assert(
      fc.property(fc.record(Object.fromEntries(fields.map((field) => [field, hostileText]))), (texts) => {
        const kept = recordable({ ...EVENT, ...texts });
        for (const field of fields) {
          const text = kept[field] ?? '';
          expect(text.isWellFormed() && !hasControlCharacters(text)).toBe(true);
          expect(text.length).toBeLessThanOrEqual(AUDIT_BOUNDS[field]);
        }
        expect(recordable(kept)).toBe(kept);
      }),
      { seed: 17, numRuns: 300 },
    );
  });
});
