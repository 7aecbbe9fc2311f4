import Table from 'cli-table3';
import { cellText } from './cell.ts';
import type { Paint } from './paint.ts';
import type { Column } from './view.ts';

/** Rows that are laid out at once: the library's time grows with their square. */
const PIECE = 200;

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Lays out rows under a heading, in pieces; nothing is cut. */
export function tableText<T>(items: readonly T[], columns: readonly Column<T>[], paint: Paint): string {
  const heading = columns.map(({ title }) => paint.strong(title.toUpperCase()));
  const rows = items.map((item) => columns.map((column) => cellText(item, column, paint)));
  const pieces: string[] = [];
  for (let at = 0; at === 0 || at < rows.length; at += PIECE) {
    const table = new Table({
      chars: NO_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(heading, ...rows.slice(at, at + PIECE));
    pieces.push(withoutTrailingSpace(table.toString()));
  }
  return pieces.join('');
}

function withoutTrailingSpace(text: string): string {
  return `${text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
