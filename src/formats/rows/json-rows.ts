import { invalid } from '../../domain/errors.ts';
import { JsonProblem, parseJson } from '../../domain/text/strict-json.ts';
import { type Columns, type ReadRow, type Row, shownHeading, twiceIn } from './row.ts';
import { refuseLongLine } from './table-limits.ts';
import { textLines } from './text-lines.ts';

/** Reads an object a line, or one object over several lines. A line that is none is a row with a problem. */
export function readJsonLines<T>(text: string, what: string, columns: Columns, read: ReadRow<T>): readonly T[] {
  const asRow = createReader(columns);
  const rows: T[] = [];
  let isFirst = true;
  for (const { number, content } of textLines(text)) {
    const where = `line ${number} of ${what}`;
    refuseLongLine(content, where);
    const value = parsed(content);
    if (isFirst && value instanceof JsonProblem && !(parsed(text) instanceof JsonProblem)) {
      return readJsonArray(`[${text}]`, what, columns, read);
    }
    isFirst = false;
    const made = read(asRow(value, { line: number, where, text: content }));
    if (made !== undefined) rows.push(made);
  }
  return rows;
}

/** Reads an array of objects, or of the bare cells that there may be. */
export function readJsonArray<T>(text: string, what: string, columns: Columns, read: ReadRow<T>): readonly T[] {
  const asRow = createReader(columns);
  const array = parsed(text);
  if (array instanceof JsonProblem) throw invalid(`${what} ${array.message}`);
  return (array as readonly unknown[]).flatMap((value, at) => {
    const made = read(
      asRow(value, { line: at + 1, where: `entry ${at + 1} of ${what}`, text: JSON.stringify(value) ?? '' }),
    );
    return made === undefined ? [] : [made];
  });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) return error;
    throw error;
  }
}

type RowSource = Pick<Row, 'line' | 'where' | 'text'>;

function createReader(columns: Columns): (value: unknown, source: RowSource) => Row {
  return (value, source) => {
    if (value instanceof JsonProblem) return { ...source, cells: new Map(), problem: value.message };
    const { bare } = columns;
    if (bare !== undefined && (typeof value === 'string' || typeof value === 'number')) {
      const { text, problem } = cellOf(bare, value);
      return { ...source, cells: new Map([[bare, text]]), isBare: true, ...(problem !== undefined && { problem }) };
    }
    const cells = cellsOf(value, source.where, columns);
    return typeof cells === 'string' ? { ...source, cells: new Map(), problem: cells } : { ...source, cells };
  };
}

/** The cells of an object, or what is wrong with it. */
function cellsOf(value: unknown, where: string, columns: Columns): Map<string, string | object> | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no JSON object';
  const given = Object.entries(value).filter(([, each]) => each !== null);
  const names = given.map(([heading]) => columns.nameOf(heading, { where }));
  const headings = given.map(([heading]) => heading);
  const twice = twiceIn(names, headings);
  if (twice !== undefined) return `has ${twice.heading} twice${twice.as}`;
  const cells = new Map<string, string | object>();
  for (const [at, [heading, each]] of given.entries()) {
    const name = names[at];
    if (name === undefined) continue;
    const cell = cellOf(heading, each);
    if (cell.problem !== undefined) return cell.problem;
    cells.set(name, cell.text);
  }
  return cells;
}

function cellOf(heading: string, value: unknown): { text: string | object; problem?: string } {
  if (typeof value === 'object' && value !== null) return { text: value };
  // Beyond these a number is no longer the one that was written.
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    return { text: '', problem: `has a number in ${shownHeading(heading)} that must be a text` };
  }
  return { text: String(value) };
}
