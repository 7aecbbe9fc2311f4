import { invalid } from './errors.ts';
import { hasControlCharacters } from './text/printable.ts';

/** An OTP credential on a DS100, by the names of RSA's API. Fields that nobody here knows are kept as they came. */
export interface Ds100Record {
  /** 9 digits: the number on the back of the device. */
  readonly deviceSerialNumber: string;
  /** 12 digits, the leading zero counts: the number of the credential on it, new with each registration. */
  readonly tokenSerialNumber: string;
  /** Who holds it: the `id` of a user. */
  readonly userId: string;
  /** `Enabled` or `Disabled`. */
  readonly tokenStatus: string;
  readonly [field: string]: unknown;
}

export const DS100_STATUSES = ['Enabled', 'Disabled'] as const;
export type Ds100Status = (typeof DS100_STATUSES)[number];

/** A number that a person reads off a device or out of a list. */
export interface Ds100Serial {
  readonly kind: 'device' | 'token';
  readonly digits: string;
}

const DEVICE_DIGITS = 9;
const TOKEN_DIGITS = 12;

/** Reads a serial number: 9 digits of a device, or 12 of a token. Errors: `invalid-value`. */
export function ds100Serial(text: string): Ds100Serial {
  const digits = text.trim();
  if (/^[0-9]+$/.test(digits)) {
    if (digits.length === DEVICE_DIGITS) return { kind: 'device', digits };
    if (digits.length === TOKEN_DIGITS) return { kind: 'token', digits };
  }
  const lost = /^[1-9][0-9]{10}$/.test(digits) ? '; a leading zero seems to be lost' : '';
  throw invalid(
    `"${text}" is not a serial number of a DS100${lost}`,
    'give the 9 digits on its back, or the 12 digits of its token',
  );
}

/** Whether a record says that it is in a status, whatever its case. */
export function hasStatus(record: Ds100Record, status: Ds100Status): boolean {
  return record.tokenStatus.toLowerCase() === status.toLowerCase();
}

/**
 * A record from what an API sent; undefined for what is none. Serial numbers that came as numbers are texts again, with
 * their leading zeros. `known` is what the question said already, for fields that the answer leaves out.
 */
export function ds100Record(
  value: unknown,
  known: Partial<Pick<Ds100Record, 'deviceSerialNumber' | 'userId'>> = {},
): Ds100Record | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const raw = value as Record<string, unknown>;
  const fields = { ...raw };
  for (const [name, fallback] of Object.entries(known)) fields[name] ??= fallback;
  const deviceSerialNumber = digitsOf(fields['deviceSerialNumber'], DEVICE_DIGITS);
  const tokenSerialNumber = digitsOf(fields['tokenSerialNumber'], TOKEN_DIGITS);
  const { userId, tokenStatus } = fields;
  if (deviceSerialNumber === undefined || tokenSerialNumber === undefined) return undefined;
  if (!isWord(userId) || !isWord(tokenStatus)) return undefined;
  return { ...fields, deviceSerialNumber, tokenSerialNumber, userId, tokenStatus };
}

function digitsOf(value: unknown, digits: number): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value).padStart(digits, '0');
  return typeof value === 'string' && /^[0-9]{1,20}$/.test(value) ? value : undefined;
}

/** A text that a journal and a log can keep. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 256 && !hasControlCharacters(value);
}

const LENIENT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):?(\d{2}):?(\d{2})(?:\.\d+)?Z$/;

/**
 * Reads a time as RSA writes it, also without its colons (`2022-05-24T084041.067Z`), as Unix time in whole seconds.
 * Undefined for what no calendar has, such as `2018-30-06T12:00:00.000Z`.
 */
export function ds100Time(text: string): number | undefined {
  const [, ...parts] = LENIENT.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC takes the thirtieth month for one of a later year.
  const exact = new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '') === parts.join('');
  return exact ? milliseconds / 1000 : undefined;
}

/** What one DS100 is called in questions and messages: `DS100 140100080`. */
export function ds100Name(target: {
  readonly deviceSerialNumber?: string;
  readonly tokenSerialNumber?: string;
}): string {
  const { deviceSerialNumber, tokenSerialNumber } = target;
  return deviceSerialNumber === undefined ? `DS100 token ${tokenSerialNumber}` : `DS100 ${deviceSerialNumber}`;
}
