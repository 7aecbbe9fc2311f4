// What a spreadsheet takes for the start of a formula (OWASP, CSV injection), full-width forms included.
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NEUTRALISED = /^'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const PHONE = /^\+[0-9]+$/;

/** A cell that no spreadsheet runs: a formula gets an apostrophe before it. A phone number is left alone. */
export function neutraliseCell(value: string): string {
  return FORMULA.test(value) && !PHONE.test(value) ? `'${value}` : value;
}

/** The value that `neutraliseCell` was given. */
export function readCell(cell: string): string {
  return NEUTRALISED.test(cell) ? cell.slice(1) : cell;
}

/** A line of CSV (RFC 4180). What has a separator of any dialect, or white space at an end, is in quotes. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(neutraliseCell(cell))).join(',')}\n`;
}

function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) || cell.trim() !== cell ? `"${cell.replaceAll('"', '""')}"` : cell;
}
