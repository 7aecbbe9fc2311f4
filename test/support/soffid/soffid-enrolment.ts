import { PNG } from 'pngjs';
import encodeQr from 'qr';
import { encodeBase32 } from '../../../src/domain/otp/base32.ts';
import type { SoffidDevice } from './soffid-device.ts';
import { SoffidRefusal } from './soffid-filter.ts';

const KNOWN = [
  'schemas',
  'meta',
  'id',
  'name',
  'type',
  'user',
  'created',
  'lastUsed',
  'fails',
  'status',
  'email',
  'phone',
  'pin',
];
const TYPES = ['TOTP', 'HOTP', 'EMAIL', 'SMS', 'PIN', 'PUSH'];
const STATUSES = ['C', 'V', 'L', 'D'];

export function refuseUnknown(body: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(body).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new SoffidRefusal(`java.lang.Exception: Invalid property ${unknown}`);
}

export function statusOf(value: unknown): string {
  if (value === undefined || value === null) return 'C';
  if (STATUSES.includes(String(value))) return String(value);
  throw new SoffidRefusal(
    `java.lang.reflect.InvocationTargetException\ncaused by java.lang.IllegalArgumentException: invalue value '${value}', possible vaues are: [C, V, L, D]`,
  );
}

/** A row for a body: what a client says of id, name, dates and fails is overwritten. */
export function enrolled(
  body: Readonly<Record<string, unknown>>,
  id: bigint,
  number: () => number,
  now: number,
  bytes: (count: number) => Uint8Array,
  users: ReadonlySet<string>,
): SoffidDevice {
  refuseUnknown(body);
  const { type, user, email, phone, pin } = body as Record<string, string | undefined>;
  if (type === undefined) throw new SoffidRefusal('java.lang.IllegalArgumentException: device.type cannot be null');
  if (!TYPES.includes(type)) throw new SoffidRefusal(`java.lang.Exception: invalue value '${type}'`);
  if (user === undefined || !users.has(user)) throw new SoffidRefusal(`java.lang.Exception: Wrong user ${user}`);
  const device: SoffidDevice = {
    id,
    name: '',
    type,
    user,
    status: body['status'] === 'V' ? 'V' : 'C',
    created: now,
    fails: 0,
  };
  const named: Record<string, () => void> = {
    TOTP: () => key('TOTP'),
    HOTP: () => key('HOTP'),
    EMAIL: () => {
      if (!email?.trim()) throw new SoffidRefusal('java.lang.Exception: Email address cannot be empty');
      device.email = email;
      device.name = `Email message to ${email.replace(/[^@.]+/g, (part) => part.slice(0, 2) + '*'.repeat(Math.max(0, part.length - 2)))}`;
    },
    SMS: () => {
      if (!phone?.trim()) throw new SoffidRefusal('java.lang.Exception: Phone number cannot be empty');
      device.phone = phone;
      device.name = `SMS message to ${phone.slice(0, 2)}${'*'.repeat(Math.max(0, phone.length - 4))}${phone.slice(-2)}`;
    },
    PIN: () => {
      if ((pin ?? '').length < 8) {
        throw new SoffidRefusal('java.lang.Exception: The security number must contain at least 8 numbers');
      }
      device.pin = pin ?? '';
      device.name = 'Security number';
    },
    PUSH: () => {
      device.name = 'Push';
    },
  };
  const key = (prefix: string) => {
    device.secret = Buffer.from(bytes(16));
    device.name = `${prefix}${String(number()).padStart(8, '0')}`;
  };
  named[type]?.();
  return device;
}

/** The picture that a creation answers with, 200 by 200, Base64: the only place where the key can be seen. */
export function qrImage(device: SoffidDevice, fullName: string): string | undefined {
  if (device.secret === undefined) return undefined;
  const kind = device.type.toLowerCase();
  const moving = kind === 'hotp' ? 'counter=0' : 'period=30';
  const uri =
    `otpauth://${kind}/Soffid:${device.name} ${fullName}?secret=${encodeBase32(device.secret)}` +
    `&issuer=Soffid&algorithm=SHA1&digits=6&${moving}&image=https%3A%2F%2Fsoffid.example%2Flogo.png`;
  const modules = encodeQr(uri, 'raw', { ecc: 'low', border: 4 });
  const size = 200;
  const scale = Math.floor(size / modules.length);
  const margin = Math.floor((size - scale * modules.length) / 2);
  const png = new PNG({ width: size, height: size });
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dark = modules[Math.floor((y - margin) / scale)]?.[Math.floor((x - margin) / scale)] === true;
      const shade = dark ? 0 : 255;
      png.data.set([shade, shade, shade, 255], (y * size + x) * 4);
    }
  }
  return PNG.sync.write(png).toString('base64');
}
