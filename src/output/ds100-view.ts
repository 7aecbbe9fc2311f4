import { type Ds100Record, ds100Time, hasStatus } from '../domain/ds100.ts';
import { toIso } from '../domain/instant.ts';
import { printable } from '../domain/text/printable.ts';
import type { Look } from './paint.ts';
import { ago } from './text/relative-time.ts';
import type { Column, View } from './view.ts';

const field = (key: string, title: string): Column<Ds100Record> => ({
  key,
  title,
  value: (record) => record[key] ?? undefined,
});

/** A time of RSA's; one that cannot be read is shown as it came. */
const time = (key: string, title: string): Column<Ds100Record> => {
  const wording = (read: (instant: number, look: Look) => string) => (record: Ds100Record, look: Look) => {
    const text = String(record[key] ?? '');
    const instant = ds100Time(text);
    return instant === undefined ? printable(text) : read(instant, look);
  };
  return {
    ...field(key, title),
    cell: wording((instant, { now }) => ago(instant, now)),
    detail: wording((instant, { now }) => `${toIso(instant)} (${ago(instant, now)})`),
  };
};

/** DS100 credentials, by the names of RSA's API. */
export const ds100View: View<Ds100Record> = {
  columns: [
    field('deviceSerialNumber', 'device'),
    field('tokenSerialNumber', 'token'),
    field('userId', 'user id'),
    { ...field('tokenStatus', 'status'), cell: statusCell },
    time('tokenStatusChangedAt', 'since'),
    field('tokenStatusChangedBy', 'by'),
    field('name', 'name'),
    field('deviceType', 'device type'),
    field('pinSet', 'PIN set'),
    field('tokenState', 'state'),
    time('registeredDate', 'registered'),
    time('updatedAt', 'updated'),
    field('email', 'email'),
  ],
  table: [
    'deviceSerialNumber',
    'tokenSerialNumber',
    'userId',
    'tokenStatus',
    'tokenStatusChangedAt',
    'tokenStatusChangedBy',
  ],
  wraps: true,
  id: ({ deviceSerialNumber }) => deviceSerialNumber,
};

function statusCell(record: Ds100Record, { paint }: Look): string {
  const word = printable(record.tokenStatus.toLowerCase());
  if (hasStatus(record, 'Enabled')) return paint.good(word);
  return hasStatus(record, 'Disabled') ? paint.faint(word) : word;
}
