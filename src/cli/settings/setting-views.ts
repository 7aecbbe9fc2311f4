import type { SettingChange, SettingRow, SettingValue } from '../../domain/settings/setting-value.ts';
import { printable, printableLines } from '../../domain/text/printable.ts';
import type { Column, View } from '../../output/view.ts';

const CELL = 40;

/** A message is longer than a cell of a window: of it, how it begins. */
function shortened(text: string): string {
  const [line = '', ...more] = printableLines(text).split('\n');
  return line.length > CELL || more.length > 0 ? `${line.slice(0, CELL)} ...` : line;
}

/** What a setting is, was or will be: whole wherever there is room for it. */
function valueColumn<T>(key: string, value: (row: T) => SettingValue | undefined): Column<T> {
  const text = (row: T) => String(value(row) ?? '');
  return {
    key,
    title: key,
    long: true,
    value,
    cell: (row, { inWindow }) => (inWindow ? shortened(text(row)) : printable(text(row))),
    detail: (row) => printable(text(row)),
  };
}

export const settingView: View<SettingRow> = {
  columns: [
    { key: 'key', title: 'key', value: ({ key }) => key },
    valueColumn('value', ({ value }) => value),
    valueColumn('default', (row) => row.default),
  ],
  table: ['key', 'value', 'default'],
  id: ({ key }) => key,
};

export const settingChangeView: View<SettingChange> = {
  columns: [
    { key: 'key', title: 'key', value: ({ key }) => key },
    valueColumn('before', ({ before }) => before),
    valueColumn('after', ({ after }) => after),
  ],
  table: ['key', 'before', 'after'],
  id: ({ key }) => key,
};
