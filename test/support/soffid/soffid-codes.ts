import { hotp } from '../../../src/domain/otp/hotp.ts';
import { timeStep, totp } from '../../../src/domain/otp/totp.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { SoffidDevice } from './soffid-device.ts';
import { SoffidRefusal } from './soffid-filter.ts';

const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;
const FAILS_ALLOWED = 10;

/** Judges a code whatever the status of the device is, and answers with the lock that there was before. */
export function validate(device: SoffidDevice, pin: string, nowMs: number): { success: boolean; locked: boolean } {
  const locked = device.status === 'L';
  const verdict = judge(device, pin, nowMs);
  if (verdict === 'accepted') {
    device.fails = 0;
    device.lastUsed = nowMs;
    if (device.status === 'C' && device.type !== 'HOTP') device.status = 'V';
  } else if (verdict === 'rejected') {
    device.fails++;
    if (device.fails > FAILS_ALLOWED) device.status = 'L';
  }
  return { success: verdict === 'accepted', locked };
}

function judge(device: SoffidDevice, pin: string, nowMs: number): 'accepted' | 'rejected' | 'not counted' {
  const key = new Secret(device.secret ?? Buffer.alloc(0));
  const accepted = (value: number | undefined) => {
    if (value === undefined) return 'rejected' as const;
    device.lastUsedValue = value;
    return 'accepted' as const;
  };
  switch (device.type) {
    case 'TOTP': {
      if (!/^[0-9]+$/.test(pin)) return 'not counted';
      const step = timeStep(Math.floor(nowMs / 1000), 30);
      const steps = Array.from({ length: 20 }, (_, at) => step - 10 + at);
      const later = steps.filter((each) => each > (device.lastUsedValue ?? -1));
      return accepted(later.find((each) => Number(totp(key, each, PARAMETERS)) === Number(pin)));
    }
    case 'HOTP': {
      const last = device.lastUsedValue ?? -5;
      const counters = Array.from({ length: 24 }, (_, at) => last + 1 + at).filter((each) => each >= 0);
      return accepted(counters.find((each) => Number(hotp(key, BigInt(each), PARAMETERS)) === Number(pin)));
    }
    case 'EMAIL':
    case 'PIN':
      return device.expected === pin.trim() ? 'accepted' : 'rejected';
    case 'SMS':
      if (device.expected === undefined) throw new SoffidRefusal('java.lang.NullPointerException');
      return device.expected === pin ? 'accepted' : 'rejected';
    default:
      return 'not counted';
  }
}

export interface SentCode {
  readonly channel: 'email' | 'sms';
  readonly to: string;
  readonly code: string;
}

/** Issues a challenge whatever the status of the device is; the `cell` of the answer. */
export function issue(device: SoffidDevice, nowMs: number, draw: (below: number) => number, sent: SentCode[]): string {
  const code = () => Array.from({ length: 6 }, () => draw(10)).join('');
  switch (device.type) {
    case 'EMAIL':
      device.expected = code();
      sent.push({ channel: 'email', to: device.email ?? '', code: device.expected });
      return 'PIN';
    case 'SMS': {
      const recent = device.lastIssued !== undefined && nowMs - device.lastIssued < 60_000;
      if (recent && (device.lastUsed ?? 0) < (device.lastIssued ?? 0) && device.fails < 3) return 'PIN';
      device.expected = code();
      device.lastIssued = nowMs;
      device.fails = 0;
      sent.push({ channel: 'sms', to: device.phone ?? '', code: device.expected });
      return 'PIN';
    }
    case 'PIN':
      return pinPattern(device, draw);
    default:
      return 'PIN';
  }
}

const NOT_ASKED = '\u25ab';
const DIGITS_ASKED = 3;

/** The sign of a position is its number; that of the tenth is a colon, and none is known in longer PINs. */
function pinPattern(device: SoffidDevice, draw: (below: number) => number): string {
  const pin = device.pin ?? '';
  const asked = new Set<number>();
  while (asked.size < Math.min(DIGITS_ASKED, pin.length)) asked.add(draw(pin.length));
  device.expected = [...pin].filter((_, at) => asked.has(at)).join('');
  if (asked.size === pin.length) return 'PIN';
  const sign = (at: number) => (pin.length > 10 ? '?' : String.fromCharCode('1'.charCodeAt(0) + at));
  return `digits ${[...pin].map((_, at) => (asked.has(at) ? sign(at) : NOT_ASKED)).join('')}`;
}
