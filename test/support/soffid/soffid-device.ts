/** A row of the service's table, with the columns that its own code reads. Times are milliseconds. */
export interface SoffidDevice {
  readonly id: bigint;
  name: string;
  type: string;
  user: string;
  status: string;
  created: number;
  lastUsed?: number;
  fails: number;
  email?: string;
  phone?: string;
  pin?: string;
  /** TOTP and HOTP. */
  secret?: Buffer;
  /** The last accepted counter. */
  lastUsedValue?: number;
  /** EMAIL, SMS and PIN: the answer that is waited for. */
  expected?: string;
  lastIssued?: number;
}

/** How the service writes a moment: no zone, the clock of its own; `.000` is left out. */
export function writtenTime(milliseconds: number, zone: string): string {
  const fraction = milliseconds % 1000 === 0 ? '' : `.${String(milliseconds % 1000).padStart(3, '0')}`;
  return `${zone === 'UTC' ? utc(milliseconds) : wallTime(milliseconds, zone)}${fraction}`;
}

function utc(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

function wallTime(milliseconds: number, zone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** The JSON of a device. Ids are written with all their digits, which `JSON.stringify` could not. */
export function deviceJson(
  device: SoffidDevice,
  zone: string,
  address: string,
  more: {
    readonly links?: boolean;
    readonly image?: string;
    readonly only?: readonly string[];
    readonly but?: readonly string[];
  } = {},
): string {
  const location = `${address}/OtpDevice/${device.id}`;
  const links = {
    requestChallenge: `${location}/requestChallenge`,
    responseChallenge: `${location}/responseChallenge`,
  };
  const attributes: Record<string, unknown> = {
    name: device.name,
    type: device.type,
    user: device.user,
    created: writtenTime(device.created, zone),
    lastUsed: device.lastUsed === undefined ? undefined : writtenTime(device.lastUsed, zone),
    fails: device.fails,
    status: device.status,
    email: device.email,
    phone: device.phone,
    image: more.image,
  };
  const shown = (name: string) => (more.only === undefined || more.only.includes(name)) && !more.but?.includes(name);
  const members = Object.entries(attributes).filter(([name, value]) => value !== undefined && shown(name));
  const id = shown('id') ? `"id":${device.id},` : '';
  const rest = JSON.stringify({
    ...Object.fromEntries(members),
    meta: { resourceType: 'OtpDevice', location, ...(more.links !== false && { links }) },
  });
  return `{"schemas":["urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice"],${id}${rest.slice(1)}`;
}
