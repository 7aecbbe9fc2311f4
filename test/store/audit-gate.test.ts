import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent, AuditResult } from '../../src/domain/audit/audit.ts';
import { recordable } from '../../src/domain/audit/audit.ts';
import type { AuditAction } from '../../src/domain/audit/audit-actions.ts';
import { createAuditKey } from '../../src/store/audit-key.ts';
import { openAudit, startAudit } from '../../src/store/sqlite/audit/audit-chain.ts';
import { chainedEntryOf } from '../../src/store/sqlite/audit/audit-rows.ts';
import { verifyChain } from '../../src/store/sqlite/audit/verify-chain.ts';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { systemRandom } from '../../src/system/random.ts';
import { hostileText } from '../support/hostile-text.ts';

const KEY = createAuditKey(createSecretKey(Buffer.alloc(32, 7)), systemRandom.bytes);

const event: fc.Arbitrary<AuditEvent> = fc.record(
  {
    time: fc.constantFrom(1_640_995_200, 0, -1, -62_135_596_801, 253_402_300_799, 253_402_300_800, 8_640_000_000_000),
    actor: hostileText,
    action: hostileText as fc.Arbitrary<AuditAction>,
    object: hostileText,
    result: hostileText as fc.Arbitrary<AuditResult>,
    reason: hostileText,
    ticket: hostileText,
    deviceId: hostileText,
    user: hostileText,
    type: hostileText,
    userId: hostileText,
    run: hostileText,
    door: hostileText,
    peer: hostileText,
    client: hostileText,
  },
  { requiredKeys: ['time', 'actor', 'action', 'object', 'result'] },
);

describe('what is appended to the audit log', () => {
  it('is read back as it was signed, and leaves a log that is whole, whatever its texts are', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 120 }), (events) => {
        const connection = openConnection(':memory:');
        try {
          migrate(connection, MIGRATIONS);
          startAudit(connection, KEY);
          const appender = openAudit(connection, KEY);
          for (const each of events) appender.append(each);
          appender.close();
          expect(verifyChain(connection, KEY.hmac)).toEqual({ intact: true, entries: events.length });
          const kept = connection.all('SELECT * FROM audit ORDER BY seq').map(chainedEntryOf);
          expect(kept.map(({ seq: _, mac: __, chain: ___, proofs: ____, ...fields }) => fields)).toEqual(
            events.map(recordable),
          );
        } finally {
          connection.close();
        }
      }),
      { seed: 17, numRuns: 60 },
    );
  });
});
