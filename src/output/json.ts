import type { Column } from './view.ts';

// What JSON.stringify leaves as it is and a terminal would act upon.
const RAW_CONTROLS = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** JSON without a character that a terminal would act upon. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    RAW_CONTROLS,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The object of an item: its columns that have a value. */
export function jsonObject<T>(item: T, columns: readonly Column<T>[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { key, value } of columns) {
    const found = value(item);
    if (found !== undefined) object[key] = found;
  }
  return object;
}
