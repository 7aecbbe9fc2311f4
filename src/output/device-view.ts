import type { Device, DeviceDetails, DeviceStatus } from '../domain/device/device.ts';
import { statusWord } from '../domain/device/device.ts';
import { toIso } from '../domain/instant.ts';
import { printable } from '../domain/text/printable.ts';
import type { Look, Paint } from './paint.ts';
import { ago } from './text/relative-time.ts';
import type { Column, View } from './view.ts';

const DEVICE_COLUMNS: readonly Column<Device>[] = [
  { key: 'id', title: 'id', value: (device) => device.id },
  { key: 'name', title: 'name', long: true, value: (device) => device.name },
  { key: 'type', title: 'type', value: (device) => device.type },
  { key: 'user', title: 'user', long: true, value: (device) => device.user },
  {
    key: 'status',
    title: 'status',
    value: ({ status }) => status,
    word: ({ status }) => statusWord(status),
    cell: statusCell,
  },
  {
    key: 'created',
    title: 'created',
    value: (device) => toIso(device.created),
    cell: ({ created }, { now }) => ago(created, now),
    detail: ({ created }, { now }) => `${toIso(created)} (${ago(created, now)})`,
  },
  {
    key: 'lastUsed',
    title: 'last used',
    value: ({ lastUsed }) => (lastUsed === undefined ? undefined : toIso(lastUsed)),
    cell: ({ lastUsed }, { now }) => (lastUsed === undefined ? 'never' : ago(lastUsed, now)),
    detail: ({ lastUsed }, { now }) =>
      lastUsed === undefined ? 'never' : `${toIso(lastUsed)} (${ago(lastUsed, now)})`,
  },
  { key: 'fails', title: 'fails', value: (device) => device.fails },
  { key: 'email', title: 'email', long: true, value: (device) => device.email },
  { key: 'phone', title: 'phone', value: (device) => device.phone },
  { key: 'externalId', title: 'external id', long: true, onlyIfNamed: true, value: (device) => device.externalId },
];

/** Devices, in the order that scripts depend on. */
export const deviceView: View<Device> = {
  columns: DEVICE_COLUMNS,
  table: ['id', 'name', 'type', 'user', 'status', 'lastUsed', 'created', 'fails'],
  id: (device) => device.id,
};

/** One device, with the parameters of its type. */
export const deviceDetailsView: View<DeviceDetails> = {
  columns: [
    ...DEVICE_COLUMNS,
    { key: 'digits', title: 'digits', value: (device) => device.digits },
    { key: 'algorithm', title: 'algorithm', value: (device) => device.algorithm },
    {
      key: 'period',
      title: 'period',
      value: (device) => device.period,
      cell: ({ period }) => `${period} seconds`,
    },
    {
      key: 'acceptedForSeconds',
      title: 'accepted for',
      value: (device) => device.acceptedForSeconds,
      cell: ({ acceptedForSeconds }) => `${acceptedForSeconds} seconds`,
    },
    {
      key: 'userState',
      title: 'user is',
      value: (device) => device.userState,
      cell: ({ userState }) => (userState === undefined ? '' : `${userState}: the device accepts nothing`),
    },
    {
      key: 'resyncNeeded',
      title: 'resync needed',
      value: (device) => device.resyncNeeded,
      cell: () => 'yes: it came back from a backup and accepts nothing until then',
    },
  ],
  table: deviceView.table,
  id: (device) => device.id,
};

const STATUS_PAINT: Record<DeviceStatus, keyof Paint> = { C: 'warn', V: 'good', L: 'bad', D: 'faint' };

function statusCell({ status }: Device, { paint }: Look): string {
  const tone = STATUS_PAINT[status];
  const word = printable(statusWord(status));
  return tone === undefined ? word : paint[tone](word);
}
