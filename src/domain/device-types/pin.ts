import { timingSafeEqual } from 'node:crypto';
import { invalid } from '../errors.ts';
import { randomPositions } from '../random-source.ts';
import { outstanding } from '../verification/challenge.ts';
import { accept, normaliseCode, reject } from '../verification/verification.ts';
import type { DeviceTypeRules } from './device-type.ts';

const MAX_LENGTH = 64;
const TTL = 300;
const NAME = 'Security number';
const NO_PIN = { message: 'a PIN device needs a PIN', hint: 'pipe it in with  --pin-stdin' };

/** A security PIN, of which a challenge asks for some digits. It is sealed, not hashed: a hash knows no third digit. */
export const pin: DeviceTypeRules = {
  type: 'PIN',
  title: 'some digits of a PIN',
  options: ['pin'],
  required: { pin: NO_PIN },
  hasQr: false,
  holds: { always: ['secret'], atTimes: [] },
  isName: (name) => name === NAME,
  isSecret: (secret) => /^[0-9]{8,64}$/.test(secret.exposeText()),
  lost: 'its PIN',

  enroll(request, settings) {
    const { minLength } = settings.pin;
    if (request.pin === undefined) throw invalid(NO_PIN.message, NO_PIN.hint);
    const text = request.pin.exposeText();
    if (!/^[0-9]*$/.test(text)) throw invalid('the PIN contains something else than the digits 0 to 9');
    if (text.length < minLength) throw invalid(`the PIN has ${text.length} digits and needs at least ${minLength}`);
    if (text.length > MAX_LENGTH) throw invalid(`the PIN has ${text.length} digits and may have at most ${MAX_LENGTH}`);
    return { type: 'PIN', user: request.user, secret: request.pin };
  },

  deviceName: () => NAME,

  parameters: () => ({}),

  switchedOff: ({ pin }) => (pin.enabled ? undefined : 'pin.enabled'),

  lockAfter: (settings) => settings.pin.lockAfter,

  challenge({ secret, settings, before, randomBytes }) {
    const { length } = secret().exposeText();
    const { digitsToAsk } = settings.pin;
    // Who has seen one answer could otherwise ask until the same positions come back.
    const asked = before?.positions;
    const isGood = asked?.length === digitsToAsk && asked.every((position) => position <= length);
    const positions = isGood ? asked : randomPositions(digitsToAsk, length, randomBytes);
    return { kind: 'positions', positions, length, ttl: TTL };
  },

  verify(attempt) {
    const { challenge, now, settings } = attempt;
    const answer = normaliseCode(attempt.typed, challenge?.positions?.length ?? settings.pin.digitsToAsk);
    if (answer === undefined) return reject('malformed code');
    if (challenge?.positions === undefined) return reject('no challenge');
    if (!outstanding(challenge, now)) return reject('challenge expired');
    const digits = attempt.secret().exposeText();
    const expected = challenge.positions.map((position) => digits[position - 1]).join('');
    const matches = timingSafeEqual(Buffer.from(answer, 'latin1'), Buffer.from(expected, 'latin1'));
    return matches ? accept({ challenge: challenge.id }) : reject('wrong code');
  },
};
