import { timingSafeEqual } from 'node:crypto';
import { outstanding } from '../verification/challenge.ts';
import { type Attempt, accept, normaliseCode, type Outcome, reject } from '../verification/verification.ts';

/** Judges a code that a message carried: it answers an outstanding challenge, once. `digits` as it was sent. */
export function judgeMessageCode(attempt: Attempt, digits: number): Outcome {
  const { challenge, now } = attempt;
  const code = normaliseCode(attempt.typed, digits);
  if (code === undefined) return reject('malformed code');
  if (challenge?.codeHash === undefined) return reject('no challenge');
  if (!outstanding(challenge, now)) return reject('challenge expired');
  const matches = timingSafeEqual(attempt.hashCode(challenge, code), challenge.codeHash);
  return matches ? accept({ challenge: challenge.id }) : reject('wrong code');
}

/** Every run of characters between `.` and `@`, cut to its first two and starred: `di*****@so****.co*`. */
export function maskedEmail(address: string): string {
  return address.replace(/[^.@]+/g, (run) => mask(run, 2, 0));
}

/** All but the first two and the last two characters starred: `66*****44`. */
export function maskedPhone(number: string): string {
  return mask(number, 2, 2);
}

function mask(text: string, head: number, tail: number): string {
  const characters = Array.from(text);
  return characters.map((character, at) => (at < head || at >= characters.length - tail ? character : '*')).join('');
}
