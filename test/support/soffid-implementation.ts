import { onTestFinished } from 'vitest';
import { SERVER_DIALECTS } from '../../src/backends/scim/dialects.ts';
import { createScimBackend } from '../../src/backends/scim/scim-backend.ts';
import type { Replacements } from '../../src/compose/open-context.ts';
import type { AuditEntry } from '../../src/domain/audit/audit.ts';
import type { Origin } from '../../src/domain/audit/origin.ts';
import type { EnrollmentRequest } from '../../src/domain/enrollment/enrollment.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { type Differences, expectDifference } from './differences.ts';
import { countedRandom, fixedClock } from './fixed.ts';
import { openTransport } from './remote.ts';
import { type SoffidDouble, startSoffid } from './soffid/soffid-server.ts';

/** What Soffid's service does in another way, or cannot do. */
const DIFFERENCES: Differences = {
  'challenges have no end, and no receipt says that one is under way': [
    'asks for three different digits',
    '301 seconds later',
    '-1 seconds later',
    'is found by its user while it is under way',
    'sends nothing while a code is under way',
    'is good for its time to live: after 301',
    'dies after five wrong tries',
  ],
  'an answer is good again after it was taken, and after a lock': ['is answered once', 'dies with a lock'],
  'nothing is sent at will, and messages are its own': [
    'sends a code, says how',
    'keeps fails when it is sent again',
    'is good for its time to live: after 300',
    'that could not be sent',
    'says that no channel is',
    'at the longest email.ttl there can be, after 600',
    'at the longest sms.ttl there can be, after 600',
    'are so many an hour',
    'a thousand at once',
    'are calls where',
    'lock by the limit of the channel',
  ],
  'fails are not reset but by a code, and addresses stay': [
    'is answered by the digits in order',
    'and lose their fails',
    'take a new address',
  ],
  'keys, digits, algorithms and periods are its own': [
    'are created, with fails 0',
    'with SHA',
    "refuse { type: 'TOTP', digits",
    "refuse { type: 'TOTP', period",
    "refuse { type: 'TOTP', issuer",
    "refuse { type: 'TOTP', counter",
    "refuse { type: 'HOTP'",
    'of TOTP may be cut from',
    'of HOTP may stand beyond 2^53',
  ],
  'its users are its own, spelled as they are': ['keep the spelling'],
  'windows are ten steps each way, and 24 counters': [
    'of TOTP is rejected',
    'of TOTP moves the window',
    'of TOTP carries the drift',
    'of HOTP is accepted up to ten',
  ],
  'a device is locked by the eleventh failure, and what it was before is not kept': [
    'locks the device at the limit',
    'does not enable a device that was locked',
    'and return from a lock',
  ],
  'what is no number is no attempt, and each number is one': [
    'shares one memory however',
    'of TOTP is used once',
    'of HOTP charges nothing',
    'does not lock a device by a spent code',
    'that is none of TOTP or HOTP, "12345", ',
    'that is none of TOTP or HOTP, "1234567", ',
  ],
  'positions are drawn anew each time, and are always three': [
    'asks for the same positions until',
    'asks for other positions when',
  ],
  'there is no resync': ['that resynchronises', 'resynchronises neither'],
};

/** The remote backend against the double of Soffid's service. */
export async function openSoffid(replaced: Replacements): Promise<ServableBackend> {
  expectDifference(DIFFERENCES);
  const clock = replaced.clock ?? fixedClock();
  const users = ['ada', 'Ada', 'bob', 'a', 'b', 'B', 'c', 'z'];
  const double = await startSoffid({ clock, random: countedRandom(9), users });
  onTestFinished(() => double.close());
  const { transport } = openTransport(double.url, { clock });
  const backend = createScimBackend({
    transport,
    dialect: SERVER_DIALECTS.soffid,
    timezone: 'UTC',
    random: countedRandom(),
  });
  return {
    ...backend,
    // It shows no log: what it was told to change is counted.
    audit: { list: () => changesOf(double) },
    // Its settings are what they are, whatever a test would have them be.
    settings: { change: async () => ({ changes: [], notices: [] }) },
    // The service takes no key from a client: it gets the one of the test behind its back.
    async create({ secret, ...request }: EnrollmentRequest, origin: Origin) {
      const created = await backend.create(request, origin);
      const row = double.devices.get(BigInt(created.device.id));
      if (secret !== undefined && row !== undefined) row.secret = Buffer.from(secret.expose());
      return created;
    },
    // What it does not offer no test asks it for, but as a difference.
  } as unknown as ServableBackend;
}

async function* changesOf({ requests }: SoffidDouble): AsyncIterable<readonly AuditEntry[]> {
  for (const [seq, { method }] of requests.entries()) {
    if (method === 'PATCH') yield [{ seq, time: 0, actor: '', action: method, object: '', result: '' }];
  }
}
