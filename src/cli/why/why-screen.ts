import type { ListedEntry } from '../../domain/audit/entry-proof.ts';
import type { Device } from '../../domain/device/device.ts';
import { toIso } from '../../domain/instant.ts';
import { cellsOf } from '../../domain/run/run-row.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { printable } from '../../domain/text/printable.ts';
import { shownActor, shownObject } from '../../output/audit-view.ts';
import { deviceView } from '../../output/device-view.ts';
import type { Look } from '../../output/paint.ts';
import { createTable } from '../../output/table.ts';
import { ago } from '../../output/text/relative-time.ts';
import { type Column, chosenColumns } from '../../output/view.ts';
import { targetWord } from '../bulk/run-view.ts';
import type { Advice } from './why-advice.ts';
import type { WhyFacts } from './why-facts.ts';

/** How much there is room for; undefined in a pipe, where everything is written. */
interface Room {
  readonly columns: number;
  readonly rows: number;
}

const SHOWN_DEVICES = 5;
const SHOWN_RUNS = 2;
const SHOWN_ADVICE = 3;
const LEAST_ENTRIES = 3;

/** Everything about a user on one screen; the log gives way where there is no room, and what would help stands last. */
export async function whyScreen(
  facts: WhyFacts,
  advice: readonly Advice[],
  look: Look,
  room: Room | undefined,
): Promise<string> {
  const few = <T>(all: readonly T[], most: number) => (room === undefined ? all : all.slice(0, most));
  const devices = await deviceLines(facts, few(facts.devices, SHOWN_DEVICES), look, room);
  const runs = few(facts.runs ?? [], SHOWN_RUNS).map((each) => runLine(each, look));
  const next = few(advice, SHOWN_ADVICE).flatMap((each) => adviceLines(each, look, room));
  const more = advice.length - few(advice, SHOWN_ADVICE).length;
  if (more > 0) next.push(`and ${more} more:  ${commandLine(['why', facts.user], { o: 'json' })}`);
  const parts = [
    [headLine(facts, look)],
    devices,
    ...(facts.notes.length > 0 ? [facts.notes.map((note) => look.paint.warn(`note: ${note}`))] : []),
    ...(runs.length > 0 ? [runs] : []),
    next,
  ];
  // The prompt that comes after takes a row, and a blank one sets off the log.
  const taken = parts.flat().length + parts.length - 1 + 2;
  const entries = facts.audit ?? [];
  const cut = await cutter(room);
  const log = await logLines(entries, look, room && { columns: room.columns, rows: room.rows - taken });
  const at = facts.notes.length > 0 ? 3 : 2;
  if (log.length > 0) parts.splice(at, 0, log);
  return parts.map((lines) => lines.map((line) => `${cut(line)}\n`).join('')).join('\n');
}

function headLine({ user, about }: WhyFacts, { paint }: Look): string {
  const attributes = Object.entries(about?.attributes ?? {}).map(([name, value]) => `${name} ${value}`);
  const state = about?.active === false ? [paint.bad('inactive')] : [];
  return [paint.strong(printable(user)), ...state, ...attributes.map(printable)].join('  ');
}

const NAMES: readonly string[] = ['id', 'name', 'type', 'status', 'fails', 'lastUsed'];

async function deviceLines(
  { user, devices, total, challenged }: WhyFacts,
  shown: readonly Device[],
  look: Look,
  room: Room | undefined,
): Promise<string[]> {
  if (devices.length === 0) return [look.paint.warn('no device')];
  const waits: Column<Device> = {
    key: 'challenge',
    title: 'challenge',
    value: ({ id }) => (challenged.has(id) ? 'pending' : ''),
  };
  const named = chosenColumns(deviceView, NAMES);
  const columns = [...named, ...(challenged.size > 0 ? [waits] : [])];
  const lines = (await createTable(columns, look, room?.columns).lay(shown)).trimEnd().split('\n');
  if (total <= shown.length) return lines;
  return [...lines, `and ${total - shown.length} more:  ${commandLine(['device', 'list'], { user })}`];
}

/** As many entries as there is room for, with their reasons whole; a few at least, which are then cut. */
async function logLines(entries: readonly ListedEntry[], look: Look, room: Room | undefined): Promise<string[]> {
  if (room === undefined)
    return entries.flatMap((entry) => painted(entry, [`${headOf(entry)}${notesOf(entry)}`], look));
  const { wrapped } = await import('../../output/text/wrap.ts');
  const cut = await cutter(room);
  const lines: string[] = [];
  for (const [at, entry] of entries.entries()) {
    const whole = wrapped(`${headOf(entry)}${notesOf(entry)}`, room.columns - HANGING.length).map((line, n) =>
      n === 0 ? line : `${HANGING}${line}`,
    );
    const left = room.rows - lines.length - Math.max(0, LEAST_ENTRIES - at - 1);
    if (whole.length <= left) lines.push(...painted(entry, whole, look));
    else if (at < LEAST_ENTRIES) lines.push(...painted(entry, [cut(`${headOf(entry)}${notesOf(entry)}`)], look));
    else break;
  }
  return lines;
}

const HANGING = '    ';

function headOf(entry: ListedEntry): string {
  const { time, action, result } = entry;
  const object = shownObject(entry);
  const device = /^device \S+/.exec(object)?.[0] ?? object;
  const when = toIso(time).slice(0, 16).replace('T', ' ');
  return printable(`${when}  ${action}  ${device}  ${result}  by ${shownActor(entry)}`);
}

function notesOf({ reason, ticket }: ListedEntry): string {
  const notes = [...(reason === undefined ? [] : [reason]), ...(ticket === undefined ? [] : [`ticket ${ticket}`])];
  return notes.length === 0 ? '' : printable(`: ${notes.join(', ')}`);
}

function painted({ result }: ListedEntry, lines: readonly string[], { paint }: Look): string[] {
  return lines.map((line) => (result.startsWith('rejected') ? paint.warn(line) : line));
}

function runLine({ run, row }: NonNullable<WhyFacts['runs']>[number], { now }: Look): string {
  const outcome = row.reason === undefined ? row.outcome : `${row.outcome}: ${row.reason}`;
  const { id, from, to } = cellsOf(row);
  const change = `device ${id} ${targetWord(from)} to ${targetWord(to)}`;
  return printable(`run ${run.id}  ${run.command}  ${ago(run.started, now)}  ${change}  ${outcome}`);
}

/** A command is never cut off: where there is no room for it beside the finding, it stands below. */
function adviceLines({ device, finding, command }: Advice, { paint }: Look, room: Room | undefined): string[] {
  const what = printable(device === undefined ? finding : `device ${device}: ${finding}`);
  const shown = printable(command);
  if (room === undefined || what.length + shown.length + 3 <= room.columns) return [`${what}:  ${paint.strong(shown)}`];
  return [`${what}:`, `  ${paint.strong(shown)}`];
}

/** Cuts lines to the width of a window. A line with colours loses them when it is cut. */
async function cutter(room: Room | undefined): Promise<(line: string) => string> {
  if (room === undefined) return (line) => line;
  const { cut } = await import('../../output/text/cut.ts');
  return (line) => cut(line, room.columns);
}
