import type { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import { FilterError } from '../../domain/query/filter-error.ts';
import { printable, printableLines } from '../../domain/text/printable.ts';
import { cardText } from '../../output/card.ts';
import { jsonObject, toJson } from '../../output/json.ts';
import type { Look } from '../../output/paint.ts';
import { colours, type Paint, plain } from '../../output/paint.ts';
import { createTable } from '../../output/table.ts';
import { type Column, chosenColumns, defaultColumns, type View } from '../../output/view.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { Format, GlobalOptions } from '../parse/global-options.ts';
import { type Io, windowOf, writeTo } from './io.ts';

/** Results to stdout in the format that was asked for; everything else to stderr. */
export interface Printer {
  readonly format: Format;
  /** Many things, as they arrive. */
  list<T>(view: View<T>, pages: AsyncIterable<readonly T[]> | Iterable<readonly T[]>): Promise<void>;
  /** One thing; false when nobody reads any more. `sentence` is what a table prints in place of its attributes. */
  one<T>(view: View<T>, item: T, sentence?: (paint: Paint) => string): Promise<boolean>;
  /** Text to stdout as it is; false when nobody reads any more. */
  raw(text: string): Promise<boolean>;
  /** How a text for stdout is to be worded. */
  look(): Promise<Look>;
  /** A line for a person, to stderr. */
  notice(text: string): Promise<void>;
  /** A line on stderr under `--verbose`; one that takes work to word is worded only then. */
  trace(text: string | (() => string)): void;
}

export function createPrinter(io: Io, options: GlobalOptions, now: () => Instant): Printer {
  const format = options.output ?? 'table';
  const out: Write = (text) => writeTo(io.stdout, text);
  const painted = () => (io.stdout.isTTY && useColour(io, options) ? colours() : Promise.resolve(plain));
  const look = async (): Promise<Look> => ({
    paint: await painted(),
    now: now(),
    inWindow: windowOf(io.stdout) !== undefined,
  });
  const columnsOf = <T>(view: View<T>, inTable: readonly string[]) => {
    const all = defaultColumns(view).map(({ key }) => key);
    return chosenColumns(view, options.columns ?? (format === 'table' ? inTable : all));
  };

  return {
    format,
    look,
    raw: out,
    async notice(text) {
      await writeTo(io.stderr, `${text}\n`);
    },
    trace(text) {
      if (options.verbose) void writeTo(io.stderr, `${printableLines(typeof text === 'string' ? text : text())}\n`);
    },

    async list(view, pages) {
      const columns = columnsOf(view, view.table);
      if (options.quiet) return printIds(view, pages, out);
      if (format === 'table') return printTable(columns, pages, io, await look(), view);
      if (format === 'csv') {
        await printCsv(columns, pages, out);
        return;
      }
      return printJson(columns, pages, out, format);
    },

    async one(view, item, sentence) {
      const columns = columnsOf(
        view,
        defaultColumns(view).map(({ key }) => key),
      );
      if (options.quiet) return out(`${view.id(item)}\n`);
      if (format === 'csv') return printCsv(columns, [[item]], out);
      if (format === 'jsonl') return out(`${toJson(jsonObject(item, columns))}\n`);
      if (format === 'json') return out(`${toJson(jsonObject(item, columns), 2)}\n`);
      const wording = await look();
      if (sentence !== undefined && options.columns === undefined) return out(`${sentence(wording.paint)}\n`);
      return out(cardText(item, columns, wording));
    },
  };
}

/** An expected failure, as stderr shows it: one JSON object, or `error:` and `hint:`. */
export async function printError(io: Io, format: Format, colour: boolean, error: OtpctlError): Promise<void> {
  const { code, message, hint, step } = error;
  if (format === 'json' || format === 'jsonl') {
    const place = {
      ...(error instanceof FilterError && { position: error.position }),
      ...(step !== undefined && { step }),
    };
    const body = { code, message, ...(hint !== undefined && { hint }), exitCode: EXIT_CODES[code], ...place };
    await writeTo(io.stderr, `${toJson({ error: body })}\n`);
    return;
  }
  const paint = colour && io.stderr.isTTY ? await colours() : plain;
  await writeTo(io.stderr, `${paint.bad('error:')} ${printableLines(message)}\n`);
  if (error instanceof FilterError) {
    const { excerpt } = await import('../../output/text/excerpt.ts');
    await writeTo(io.stderr, `${await excerpt(error.text, error.position)}\n`);
  }
  if (hint !== undefined) await writeTo(io.stderr, `${paint.warn('hint:')} ${printableLines(hint)}\n`);
}

export function useColour({ environment }: Io, options: { readonly color?: boolean }): boolean {
  return options.color !== false && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/** Rows of a table that are laid out at once: the columns are as wide as the widest of them. */
const TABLE_BATCH = 2000;

async function* inBatches<T>(pages: Pages<T>): AsyncIterable<readonly T[]> {
  let batch: T[] = [];
  for await (const items of pages) {
    batch.push(...items);
    if (batch.length < TABLE_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Write = (text: string) => Promise<boolean>;
type Pages<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

async function printIds<T>(view: View<T>, pages: Pages<T>, out: Write): Promise<void> {
  for await (const items of pages) {
    if (!(await out(items.map((item) => `${printable(view.id(item))}\n`).join('')))) return;
  }
}

async function printTable<T>(
  columns: readonly Column<T>[],
  pages: Pages<T>,
  io: Io,
  look: Look,
  view: View<T>,
): Promise<void> {
  const table = createTable(columns, look, windowOf(io.stdout)?.columns, view);
  let any = false;
  for await (const items of inBatches(pages)) {
    if (!(await writeTo(io.stdout, await table.lay(items)))) return;
    any = true;
  }
  if (!any) await writeTo(io.stdout, await table.lay([]));
  const leftOut = table.leftOut();
  if (leftOut.length > 0) await writeTo(io.stderr, `no room for ${leftOut.join(', ')}: choose with  --columns\n`);
}

async function printCsv<T>(columns: readonly Column<T>[], pages: Pages<T>, out: Write): Promise<boolean> {
  const { csvHeader, csvRows } = await import('../../output/csv.ts');
  if (!(await out(csvHeader(columns)))) return false;
  for await (const items of pages) {
    if (!(await out(csvRows(items, columns)))) return false;
  }
  return true;
}

async function printJson<T>(
  columns: readonly Column<T>[],
  pages: Pages<T>,
  out: Write,
  format: 'json' | 'jsonl',
): Promise<void> {
  const array = format === 'json';
  let separator = array ? '[\n' : '';
  let any = false;
  for await (const items of pages) {
    if (items.length === 0) continue;
    const objects = items.map((item) => toJson(jsonObject(item, columns)));
    if (!(await out(separator + objects.join(array ? ',\n' : '\n')))) return;
    separator = array ? ',\n' : '\n';
    any = true;
  }
  if (array) await out(any ? '\n]\n' : '[]\n');
  else if (any) await out('\n');
}
