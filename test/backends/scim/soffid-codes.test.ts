import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { secretInQr } from '../../../src/backends/scim/devices/app-secret.ts';
import { decodeBase32 } from '../../../src/domain/otp/base32.ts';
import { hotp } from '../../../src/domain/otp/hotp.ts';
import { timeStep, totp } from '../../../src/domain/otp/totp.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { CreatedDevice } from '../../../src/ports/backend.ts';
import { pinPositions } from '../../../src/scim/device/pin-pattern.ts';
import { ORIGIN } from '../../support/backends.ts';
import { collect, remoteSet } from '../../support/remote.ts';
import type { SoffidDevice } from '../../support/soffid/soffid-device.ts';

const six = { algorithm: 'SHA1', digits: 6 } as const;

function keyOf({ otpauthUri }: CreatedDevice): Secret {
  const uri = new URL(otpauthUri?.exposeText() ?? '');
  return new Secret(decodeBase32(uri.searchParams.get('secret') ?? '') ?? new Uint8Array());
}

/** A white square. */
function blank(side: number): string {
  const png = new PNG({ width: side, height: side });
  png.data.fill(255);
  return PNG.sync.write(png).toString('base64');
}

/** The header of a picture of ten thousand million pixels. */
function hugeHeader(): string {
  const bytes = Buffer.from(blank(10), 'base64');
  bytes.writeUInt32BE(100_000, 16);
  bytes.writeUInt32BE(100_000, 20);
  return bytes.toString('base64');
}

async function set() {
  const opened = await remoteSet();
  const rowOf = (id: string) => opened.double.devices.get(BigInt(id)) as SoffidDevice;
  const paths = () => opened.double.requests.map(({ method, path }) => `${method} ${path}`);
  return { ...opened, rowOf, paths };
}

/** The numbers are those of the list of what a client of Soffid must survive. */
describe('a creation at Soffid', () => {
  it.each(['TOTP', 'HOTP'] as const)('26: shows the key of a %s device in a picture, once', async (type) => {
    const { backend, double, rowOf } = await set();
    const created = await backend.create({ type, user: 'ada' }, ORIGIN);
    expect(Buffer.from(keyOf(created).expose())).toEqual(rowOf(created.device.id).secret);
    expect(created.otpauthUri?.exposeText()).toMatch(
      /^otpauth:\/\/[th]otp\/Soffid:[TH]OTP00000001%20Ada%20Lovelace\?secret=/,
    );
    expect(created.device).toEqual({ ...(await backend.find(created.device.id)) });
    expect(double.requests.map(({ body }) => body).join('')).toBe(JSON.stringify({ type, user: 'ada' }));
  });

  it('is a success with 200, too', async () => {
    const { backend, double } = await set();
    double.after = (_request, reply) => ({ ...reply, status: reply.status === 201 ? 200 : reply.status });
    expect((await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN)).device).toMatchObject({
      id: '1',
      status: 'C',
    });
  });

  it.each([
    ['no picture', { image: undefined }],
    ['no PNG', { image: Buffer.from('GIF89a').toString('base64') }],
    ['a PNG without a code', { image: blank(10) }],
    ['a PNG of a size to fill the memory', { image: hugeHeader() }],
  ])('whose answer has %s says that the device is of no use', async (_what, more) => {
    const { backend, double } = await set();
    double.after = (_request, reply) => ({
      ...reply,
      body: JSON.stringify({ ...(JSON.parse(reply.body ?? '') as object), ...more }),
    });
    await expect(backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN)).rejects.toMatchObject({
      code: 'outcome-unknown',
      hint: 'take it away with  otpctl device delete 1',
    });
  });

  it('of which the answer is cut off is not made again, and says where to look', async () => {
    const { backend, double } = await set();
    double.after = (_request, reply) => ({ ...reply, body: (reply.body ?? '').slice(0, 80) });
    await expect(
      backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText('31415926') }, ORIGIN),
    ).rejects.toMatchObject({
      code: 'outcome-unknown',
      hint: 'look first with  otpctl device list --user ada --sort-by created',
    });
    expect(double.devices.size).toBe(1);
  });

  it('25: sends what the service knows, and nothing else; a PIN in the body only', async () => {
    const { backend, double, traced } = await set();
    await backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText('31415926') }, ORIGIN);
    await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN);
    await backend.create({ type: 'SMS', user: 'bob', phone: '+34666555444' }, ORIGIN);
    expect(double.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { type: 'PIN', user: 'ada', pin: '31415926' },
      { type: 'EMAIL', user: 'ada', email: 'ada@example.com' },
      { type: 'SMS', user: 'bob', phone: '+34666555444' },
    ]);
    expect(traced.join()).not.toContain('31415926');
    expect(traced.join()).toContain('"pin":"[secret]"');
  });

  it.each([
    [{ digits: 8 }],
    [{ algorithm: 'SHA256' }],
    [{ period: 60 }],
    [{ issuer: 'x' }],
    [{ secret: Secret.ofText('12345678901234567890') }],
    [{ secret: Secret.ofText('1234567890'), allowWeakSecret: true }],
  ] as const)('with a choice of its own, %o, is not sent', async (own) => {
    const { backend, double } = await set();
    await expect(backend.create({ type: 'TOTP', user: 'ada', ...own }, ORIGIN)).rejects.toMatchObject({
      code: 'not-supported-here',
    });
    expect(double.requests).toEqual([]);
  });

  it('of a user that is not there, or of a type that is switched off', async () => {
    const { backend, double } = await set();
    await expect(backend.create({ type: 'TOTP', user: 'nobody' }, ORIGIN)).rejects.toMatchObject({
      code: 'user-not-found',
    });
    double.disabledTypes.add('TOTP');
    await expect(backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN)).rejects.toMatchObject({
      code: 'setting-forbids',
    });
  });
});

describe('a code at Soffid', () => {
  it('16: is not sent for a locked or disabled device, which would take it', async () => {
    const { backend, clock, paths, rowOf } = await set();
    const created = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    const code = () => totp(keyOf(created), timeStep(clock.now(), 30), six);
    for (const status of ['L', 'D']) {
      Object.assign(rowOf('1'), { status, fails: 4 });
      expect(await backend.verify('1', code(), ORIGIN)).toEqual({
        id: '1',
        success: false,
        locked: status === 'L',
        status,
        fails: 4,
      });
    }
    expect(paths().filter((each) => each.includes('responseChallenge'))).toEqual([]);
    Object.assign(rowOf('1'), { status: 'V' });
    expect(await backend.verify('1', code(), ORIGIN)).toEqual({
      id: '1',
      success: true,
      locked: false,
      status: 'V',
      fails: 0,
    });
  });

  it('16: says of the attempt that locks that it did, whatever the service says', async () => {
    const { backend, rowOf } = await set();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    Object.assign(rowOf('1'), { status: 'V', fails: 10 });
    expect(await backend.verify('1', '000000', ORIGIN)).toEqual({
      id: '1',
      success: false,
      locked: true,
      status: 'L',
      fails: 11,
    });
  });

  it('16: is no yes when the device was barred while it was looked at', async () => {
    const { backend, clock, double, rowOf } = await set();
    const created = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    double.before = ({ path }) => {
      if (path.endsWith('/responseChallenge')) rowOf('1').status = 'D';
      return false;
    };
    const code = totp(keyOf(created), timeStep(clock.now(), 30), six);
    expect(await backend.verify('1', code, ORIGIN)).toMatchObject({ success: false, status: 'D' });
  });

  it('17: an e-mail challenge is sent once each time, and the code is nowhere', async () => {
    const { backend, double, traced } = await set();
    await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN);
    const receipt = await backend.challenge('1', {}, ORIGIN);
    expect(receipt).toEqual({
      id: '1',
      cell: 'PIN',
      cardNumber: 'Email message to ad*@ex*****.co*',
      channel: 'email',
      sent: true,
    });
    await backend.challenge('1', {}, ORIGIN);
    expect(double.sent).toHaveLength(2);
    expect(await backend.verify('1', double.sent[0]?.code ?? '', ORIGIN)).toMatchObject({ success: false, fails: 1 });
    expect(await backend.verify('1', double.sent[1]?.code ?? '', ORIGIN)).toMatchObject({ success: true, status: 'V' });
    expect(traced.join()).not.toContain(double.sent[1]?.code);
  });

  it('17: of an SMS challenge nobody knows whether it was sent; a new one resets fails', async () => {
    const { backend, clock, double, rowOf } = await set();
    await backend.create({ type: 'SMS', user: 'ada', phone: '+34666555444' }, ORIGIN);
    const receipt = { id: '1', cell: 'PIN', cardNumber: 'SMS message to +3********44', channel: 'sms' };
    expect(await backend.challenge('1', {}, ORIGIN)).toEqual(receipt);
    await backend.verify('1', '000001', ORIGIN);
    expect(await backend.challenge('1', {}, ORIGIN)).toEqual(receipt);
    expect(double.sent).toHaveLength(1);
    expect(rowOf('1').fails).toBe(1);
    clock.advance(61);
    await backend.challenge('1', {}, ORIGIN);
    expect(double.sent).toHaveLength(2);
    expect(rowOf('1').fails).toBe(0);
  });

  it.each([
    ['digits \u25ab2\u25ab4\u25ab\u25ab7\u25ab', [2, 4, 7]],
    ['d\u00edgitos \u25ab\u25ab3\u25ab\u25ab\u25ab\u25ab8\u25ab:', [3, 8, 10]],
    ['Ziffern \u25ab?\u25ab\u25ab\u25ab\u25ab\u25ab\u25ab\u25ab\u25ab\u25ab?', [2, 12]],
    ['  les  xifres\u00a0 \u25ab\u25ab1\u25ab ', [3]],
    ['PIN', undefined],
    ['', undefined],
  ])('18: the pattern %j asks for %j', (cell, positions) => {
    expect(pinPositions(cell)).toEqual(positions);
  });

  it.each(['31415926', '3141592653', '31415926535897'])(
    '18: the digits of %s are found by their places',
    async (pin) => {
      const { backend } = await set();
      await backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText(pin) }, ORIGIN);
      for (let time = 0; time < 20; time++) {
        const { positions = [] } = await backend.challenge('1', {}, ORIGIN);
        const answer = positions.map((position) => pin[position - 1]).join('');
        expect(await backend.verify('1', answer, ORIGIN)).toMatchObject({ success: true });
      }
    },
  );

  it('19: of HOTP leaves a created device created', async () => {
    const { backend } = await set();
    const created = await backend.create({ type: 'HOTP', user: 'ada' }, ORIGIN);
    expect(await backend.verify('1', hotp(keyOf(created), 0n, six), ORIGIN)).toMatchObject({
      success: true,
      status: 'C',
    });
  });

  it('may have spaces and hyphens, and foreign digits make it no code at all', async () => {
    const { backend, clock, paths } = await set();
    const created = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    const code = totp(keyOf(created), timeStep(clock.now(), 30), six);
    const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    for (const typed of [wide, `${code}\n`, '', ' - ', 'x']) {
      expect(await backend.verify('1', typed, ORIGIN)).toMatchObject({ success: false, fails: 0 });
    }
    expect(paths().filter((each) => each.startsWith('POST'))).toHaveLength(1);
    expect(await backend.verify('1', `${code.slice(0, 3)} -${code.slice(3)}`, ORIGIN)).toMatchObject({ success: true });
  });

  it('is not asked for from a locked or disabled device, nor sent again or spoken at will', async () => {
    const { backend, paths, rowOf } = await set();
    await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN);
    await expect(backend.challenge('1', { resend: true }, ORIGIN)).rejects.toMatchObject({
      code: 'not-supported-here',
    });
    for (const status of ['L', 'D']) {
      rowOf('1').status = status;
      await expect(backend.challenge('1', {}, ORIGIN)).rejects.toMatchObject({ code: 'status-forbids' });
    }
    expect(paths()).toEqual(['POST /OtpDevice', 'GET /OtpDevice/1', 'GET /OtpDevice/1']);
  });

  it('of TOTP needs no challenge: the device is named, and none is asked for', async () => {
    const { backend, paths } = await set();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    expect(await backend.challenge('1', {}, ORIGIN)).toEqual({ id: '1', cell: 'PIN', cardNumber: 'TOTP00000001' });
    expect(paths().at(-1)).toBe('GET /OtpDevice/1');
  });
});

describe('a status at Soffid', () => {
  it('is unlocked to enabled for a device that was ever used, else to created', async () => {
    const { backend, rowOf } = await set();
    for (let time = 0; time < 2; time++) await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    Object.assign(rowOf('1'), { status: 'L', lastUsed: 5000 });
    Object.assign(rowOf('2'), { status: 'L' });
    expect(await backend.transition('1', 'unlock', ORIGIN)).toMatchObject({ status: 'V' });
    expect(await backend.transition('2', 'unlock', ORIGIN)).toMatchObject({ status: 'C' });
  });

  it('that a device has already, or may not get, is not sent', async () => {
    const { backend, paths, rowOf } = await set();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    rowOf('1').status = 'D';
    expect(await backend.transition('1', 'disable', ORIGIN)).toMatchObject({ status: 'D' });
    for (const to of ['lock', 'unlock'] as const) {
      await expect(backend.transition('1', to, ORIGIN)).rejects.toMatchObject({ code: 'status-forbids' });
    }
    expect(paths().filter((each) => each.startsWith('PATCH'))).toEqual([]);
  });
});

it('what the service cannot do is not offered, and nothing is sent', async () => {
  const { backend, double } = await set();
  const further = ['resync', 'update', 'resetFails', 'audit', 'settings', 'users', 'apiKeys'] as const;
  for (const each of further) expect(backend[each]).toBeUndefined();
  expect(await backend.challenged('ada')).toBeUndefined();
  expect(double.requests).toEqual([]);
  expect(await collect(backend, {})).toEqual([]);
});

it('a picture of something else than a key is no key', async () => {
  const { qrImage } = await import('../../support/soffid/soffid-enrolment.ts');
  const device = { id: 1n, name: 'x', type: 'TOTP', user: 'ada', status: 'C', created: 0, fails: 0 };
  const image = qrImage({ ...device, secret: Buffer.from('1234567890123456') }, 'Ada') ?? '';
  expect((await secretInQr(image))?.exposeText()).toContain('secret=GEZDGNBVGY3TQOJQGEZDGNBVGY');
  expect(await secretInQr(qrImage({ ...device, type: 'PUSH', secret: Buffer.from('1') }, 'Ada'))).toBeUndefined();
});
