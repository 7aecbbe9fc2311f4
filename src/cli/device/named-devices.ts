import { deviceToChange } from '../../domain/device/choose-device.ts';
import type { Device, DeviceType } from '../../domain/device/device.ts';
import { statusWord } from '../../domain/device/device.ts';
import type { Selection } from '../../domain/device/selection.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';
import { userName } from '../../domain/user.ts';
import { INPUTS } from '../../files/input-kinds.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Context } from '../context.ts';
import { flag, option } from '../parse/option.ts';
import { deviceType, TYPE_CHOICES } from '../parse/values.ts';
import { readAll } from '../terminal/io.ts';
import { idsIn } from './ids-in.ts';

/** Options in place of DEVICE. */
export const BY_USER = {
  user: option('--user <user>', 'the device of this user, in place of DEVICE', userName),
  type: option('--type <type>', 'with --user: only devices of this type', deviceType, TYPE_CHOICES),
};

/** The same for verbs that take several devices. */
export const BY_USER_ALL = { ...BY_USER, all: flag('--all', 'with --user: all of them') };

export const DEVICE_ARGUMENT = { name: '[device]', description: 'an id or an exact name' };
export const DEVICES_ARGUMENT = { name: '[device...]', description: 'ids or exact names; - reads ids from stdin' };

export interface ByUser {
  readonly user?: string;
  readonly type?: DeviceType;
  readonly all?: boolean;
}

/** The one device that a command line names. Errors: `usage`, `device-not-found`, `ambiguous`. */
export async function namedDevice(
  context: Context,
  backend: Backend,
  name: string | undefined,
  by: ByUser,
): Promise<Device> {
  refuseBoth(name !== undefined, by);
  if (name !== undefined) return deviceNamed(backend, name);
  return chooseOne(context, await devicesOfUser(backend, by), by);
}

/** All devices that a command line names, each once. All are found before the first is changed. */
export async function namedDevices(
  context: Context,
  backend: Backend,
  names: readonly string[],
  by: ByUser,
): Promise<readonly Device[]> {
  refuseBoth(names.length > 0, by);
  if (names.length === 0) {
    const devices = await devicesOfUser(backend, by);
    if (by.all && devices.length > 0) return devices;
    return [await chooseOne(context, devices, by, 'name one by its id, or take all with  --all:')];
  }
  const wanted = names.includes('-') ? await idsFromStdin(context, names) : names;
  const devices = new Map<string, Device>();
  for (const name of wanted) {
    const device = await deviceNamed(backend, name);
    devices.set(device.id, device);
  }
  return [...devices.values()];
}

/** Every device of a user, of the type that was asked for. */
export async function devicesOfUser(backend: Backend, { user = '', type }: ByUser): Promise<readonly Device[]> {
  return collect(backend, { user, ...(type !== undefined && { types: [type] }) });
}

export function noDeviceOf({ user, type }: ByUser): OtpctlError {
  const what = type === undefined ? 'device' : `${type} device`;
  return new OtpctlError('device-not-found', `user "${user}" has no ${what}`, 'see all with  otpctl device list');
}

async function chooseOne(context: Context, devices: readonly Device[], by: ByUser, hint?: string): Promise<Device> {
  const choice = deviceToChange(devices);
  if (choice.kind === 'one') return choice.device;
  if (choice.kind === 'none') throw noDeviceOf(by);
  if (!context.prompts.possible) throw several(`user "${by.user}" has ${devices.length} devices`, devices, hint);
  const choices = devices.map((device) => ({ name: describe(device), value: device }));
  return context.prompts.select(
    `user "${printable(by.user ?? '')}" has ${devices.length} devices: which one?`,
    choices,
  );
}

function refuseBoth(named: boolean, by: ByUser): void {
  if (named && by.user !== undefined) {
    throw new OtpctlError('usage', 'DEVICE and --user exclude one another', 'give one of them');
  }
  if (!named && by.user === undefined) {
    throw new OtpctlError('usage', 'no device is named', 'give an id or a name, or  --user USER');
  }
  if (by.user === undefined && (by.type !== undefined || by.all)) {
    throw new OtpctlError('usage', `${by.all ? '--all' : '--type'} goes with --user`);
  }
}

/**
 * The device with an id, else with an exact name. The id comes first, so that a device that is named like the id of another
 * is not taken for it.
 * Errors: `device-not-found`, `ambiguous`.
 */
export async function deviceNamed(backend: Backend, name: string): Promise<Device> {
  const byId = await identified(backend, name);
  if (byId !== undefined) return byId;
  const devices = await collect(backend, { name });
  if (devices.length > 1) throw several(`${devices.length} devices are called "${name}"`, devices);
  if (devices[0] !== undefined) return devices[0];
  throw new OtpctlError('device-not-found', `there is no device "${name}"`, 'see all with  otpctl device list');
}

/** A device by its id. A server may refuse a text that cannot be an id of its own: then it is a name. */
async function identified(backend: Backend, name: string): Promise<Device | undefined> {
  try {
    return await backend.find(name);
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'invalid-value' && !/^[0-9]+$/.test(name)) return undefined;
    throw error;
  }
}

function several(message: string, devices: readonly Device[], hint = 'name one by its id:'): OtpctlError {
  const list = devices.map((device) => `\n  ${describe(device)}`).join('');
  return new OtpctlError('ambiguous', message, `${hint}${list}`);
}

function describe({ id, name, user, type, status }: Device): string {
  return printable(`${id}  ${name}  ${type}  ${user}  ${statusWord(status)}`);
}

async function idsFromStdin(context: Context, names: readonly string[]): Promise<readonly string[]> {
  if (names.length > 1) throw new OtpctlError('usage', '"-" stands alone: it reads all ids from stdin');
  const ids = await idsIn(context, await readAll(context.io.stdin, INPUTS.rows), 'stdin', { names: true });
  if (ids.length === 0) await context.print.notice('notice: stdin named no device; nothing was changed');
  return ids;
}

async function collect(backend: Backend, selection: Selection): Promise<Device[]> {
  const devices: Device[] = [];
  for await (const page of backend.list(selection, {})) devices.push(...page);
  return devices;
}
