import type { SettingChange, SettingRow } from '../domain/setting-value.ts';
import type { View } from '../output/view.ts';

export const settingView: View<SettingRow> = {
  columns: [
    { key: 'key', title: 'key', value: ({ key }) => key },
    { key: 'value', title: 'value', value: ({ value }) => value },
    { key: 'default', title: 'default', value: (row) => row.default },
  ],
  table: ['key', 'value', 'default'],
  id: ({ key }) => key,
};

export const settingChangeView: View<SettingChange> = {
  columns: [
    { key: 'key', title: 'key', value: ({ key }) => key },
    { key: 'before', title: 'before', value: ({ before }) => before },
    { key: 'after', title: 'after', value: ({ after }) => after },
  ],
  table: ['key', 'before', 'after'],
  id: ({ key }) => key,
};
