import { type Outcome, otpctl, type RunOptions } from '../cli.ts';
import { countedRandom, fixedClock } from '../fixed.ts';
import { temporaryHome } from '../home.ts';
import type { FakeDevice } from './endpoints.ts';
import { type FakeOptions, type FakeRsa, fakeRsa } from './fake-rsa.ts';
import { apiKeyText, writeKey } from './keys.ts';

/** Who holds the device of the documentation. */
export const HOLDER = 'ece30fe9-414c-7536-5403-0656220b3046';
export const SERIAL = '140100080';
export const TOKEN_SERIAL = '014010008031';
export const ADA = 'ada@example.com';

export interface Helpdesk {
  readonly rsa: FakeRsa;
  readonly home: string;
  readonly clock: ReturnType<typeof fixedClock>;
  /** Milliseconds that were waited between tries. */
  readonly waits: number[];
  readonly environment: Record<string, string>;
  /** Runs a command line, written with spaces. */
  run(line: string, more?: Partial<RunOptions>): Promise<Outcome>;
}

/** A helpdesk with the device of the documentation at RSA, and an Administration API key in its environment. */
export async function helpdesk(options: FakeOptions = {}): Promise<Helpdesk> {
  const clock = fixedClock();
  const random = countedRandom();
  const waits: number[] = [];
  const rsa = await fakeRsa({ now: () => clock.now(), ...options });
  rsa.users.set(ADA, HOLDER);
  addDevice(rsa, {});
  const home = temporaryHome();
  const environment: Record<string, string> =
    options.client === undefined ? { OTPCTL_RSA_KEY_FILE: writeKey(home, apiKeyText(rsa.url)) } : {};
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  return {
    rsa,
    home,
    clock,
    waits,
    environment,
    run: (line, more = {}) => otpctl(line.split(' '), { home, environment, clock, random, sleep, ...more }),
  };
}

/** One more device at RSA, like that of the documentation but for what is given. */
export function addDevice(rsa: FakeRsa, fields: Record<string, unknown>): FakeDevice {
  const device = {
    id: 'd4f8b2e7-f6e4-e102-bb28-ee0b5d37c2f2',
    name: 'dak-br03-ngx-01',
    userId: HOLDER,
    deviceType: 'SecurID DS100',
    registeredDate: '2022-06-08T07:58:13.432Z',
    tokenSerialNumber: TOKEN_SERIAL,
    updatedAt: '2022-06-08T09:47:50.496Z',
    tokenState: 'Activated',
    expiryDate: null,
    tokenStatus: 'Enabled',
    tokenStatusReason: null,
    pinSet: true,
    deviceSerialNumber: SERIAL,
    somethingNew: { kept: ['as', 'it', 'came'] },
    ...fields,
  };
  rsa.devices.set(device.deviceSerialNumber, device);
  return device;
}
