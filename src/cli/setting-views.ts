import { printableLines } from '../domain/printable.ts';
import type { SettingChange, SettingRow, SettingValue } from '../domain/setting-value.ts';
import type { View } from '../output/view.ts';

const CELL = 40;

/** A message is longer than a cell: of it, how it begins. */
function shortened(value: SettingValue | undefined): string {
  const [line = '', ...more] = printableLines(String(value ?? '')).split('\n');
  return line.length > CELL || more.length > 0 ? `${line.slice(0, CELL)} ...` : line;
}

export const settingView: View<SettingRow> = {
  columns: [
    { key: 'key', title: 'key', value: ({ key }) => key },
    { key: 'value', title: 'value', long: true, value: ({ value }) => value, cell: ({ value }) => shortened(value) },
    {
      key: 'default',
      title: 'default',
      long: true,
      value: (row) => row.default,
      cell: (row) => shortened(row.default),
    },
  ],
  table: ['key', 'value', 'default'],
  id: ({ key }) => key,
};

export const settingChangeView: View<SettingChange> = {
  columns: [
    { key: 'key', title: 'key', value: ({ key }) => key },
    {
      key: 'before',
      title: 'before',
      long: true,
      value: ({ before }) => before,
      cell: ({ before }) => shortened(before),
    },
    { key: 'after', title: 'after', long: true, value: ({ after }) => after, cell: ({ after }) => shortened(after) },
  ],
  table: ['key', 'before', 'after'],
  id: ({ key }) => key,
};
