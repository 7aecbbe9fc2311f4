import type { Settings } from '../settings/settings.ts';
import { counted, grouped } from '../text/counted.ts';

/** Above this the odds of guessing before the lock are worth a warning. */
const WORRYING = 0.005;

interface Guessing {
  /** Codes that one attempt accepts, of so many digits. */
  readonly good: number;
  readonly digits: number;
  /** Attempts before the lock. */
  readonly attempts: number;
}

/** The groups of settings that lock a device after so many attempts: each type has one. */
type Locking = { [K in keyof Settings]: Settings[K] extends { lockAfter: number } ? K : never }[keyof Settings];

const GUESSING: Readonly<Record<Locking, (settings: Settings) => Guessing>> = {
  totp: ({ totp }) => ({ good: 2 * totp.window + 1, digits: totp.digits, attempts: totp.lockAfter }),
  hotp: ({ hotp }) => ({ good: hotp.lookAhead + 1, digits: hotp.digits, attempts: hotp.lockAfter }),
  pin: ({ pin }) => ({ good: 1, digits: pin.digitsToAsk, attempts: pin.lockAfter }),
  email: ({ email }) => ({ good: 1, digits: email.digits, attempts: email.lockAfter }),
  sms: ({ sms }) => ({ good: 1, digits: sms.digits, attempts: sms.lockAfter }),
  voice: ({ voice, sms }) => ({ good: 1, digits: sms.digits, attempts: voice.lockAfter }),
};

/** What the odds depend on. */
const MATTERS = /^(\w+)\.(?:digits|window|lookAhead|lockAfter|minLength|digitsToAsk)$/;

/** The odds of guessing a code before the lock (RFC 4226 section 7.3), of each type that the changed keys are about. */
export function oddsNotices(keys: readonly string[], settings: Settings): string[] {
  const types = new Set(keys.map((key) => MATTERS.exec(key)?.[1]).filter((type) => type !== undefined));
  return [...types].map((type) => {
    const guessing = GUESSING[type as Locking](settings);
    const odds = oddsOf(guessing);
    const sentence = `${type}: ${counted(guessing.attempts, 'guess', 'guesses')} before the lock ${guessing.attempts === 1 ? 'finds' : 'find'} a code with ${percent(odds)} (1 in ${grouped(Math.round(1 / odds))})`;
    return odds > WORRYING ? `warning: ${sentence}; that is much: lower ${type}.lockAfter` : sentence;
  });
}

/** `1 - (1 - good / 10^digits) ^ attempts`. */
function oddsOf({ good, digits, attempts }: Guessing): number {
  return -Math.expm1(attempts * Math.log1p(-good / 10 ** digits));
}

function percent(odds: number): string {
  return `${Number((odds * 100).toPrecision(2))} %`;
}
