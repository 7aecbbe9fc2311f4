import type { Device } from '../../domain/device/device.ts';
import type { Selection } from '../../domain/device/selection.ts';
import { ofUnknownAge } from '../../domain/device/staleness.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { BoundFilter } from '../../domain/query/bind-filter.ts';
import type { PlannedChange, Target } from '../../domain/run/run-row.ts';
import { grouped } from '../../domain/text/counted.ts';
import { INPUTS } from '../../files/input-kinds.ts';
import type { Bulk, Decide, PlannedRows, Selected } from '../../ports/bulk/bulk.ts';
import type { Context } from '../context.ts';
import { SELECTION_OPTIONS, selectionOf } from '../device/device-selection.ts';
import { idsIn } from '../device/ids-in.ts';
import { asText, type Given, option } from '../parse/option.ts';
import { inputName, readInput } from '../terminal/text-file.ts';
import { targetWord } from './run-view.ts';

/** Which devices a run is about: by what they are, or by their ids. */
export const CHOICE_OPTIONS = {
  ...SELECTION_OPTIONS,
  from: option('--from <file>', 'the ids in a file, or - for stdin: one a line, CSV or JSON', asText),
};

type Choice = Given<typeof CHOICE_OPTIONS>;

/** What options choose: rows that change, and the ids of devices that are already what they are to be. */
interface Chosen {
  readonly rows: PlannedRows;
  readonly there: ReadonlySet<string>;
}

/** The rows of everything that options choose, each to become one thing. Errors: `usage` when they choose nothing. */
export async function chooseRows(context: Context, bulk: Bulk, options: Choice, to: Target): Promise<Chosen> {
  const { from, ...selecting } = options;
  const there = new Set<string>();
  const decide = (rule: string) => (device: Device) => {
    const row = rowOf(device, to, rule);
    if (row === undefined) there.add(device.id);
    return row;
  };
  const selection = selectionOf(context, selecting);
  const wide = Object.keys(selection).length === 0;
  if (from !== undefined && Object.keys(selecting).length > 0) {
    throw new OtpctlError('usage', '--from and the selection options exclude one another', 'give one of them');
  }
  if (from === undefined && wide) {
    throw new OtpctlError(
      'usage',
      'no devices are selected',
      `select some, name them with  --from FILE,  or say that you mean all with  --filter 'id pr'`,
    );
  }
  const { rows, alreadyThere } =
    from === undefined
      ? await selectByAge(bulk, selection, decide(ruleOf(selecting)), unknownAgeOf(context, selecting))
      : await bulk.selectNamed(await idsFrom(context, from), decide(`named in ${inputName(from)}`));
  if (alreadyThere > 0) {
    const are = alreadyThere === 1 ? 'one device is' : `${grouped(alreadyThere)} devices are`;
    await context.print.notice(`${are} ${targetWord(to)} already`);
  }
  return { rows, there };
}

/**
 * A selection that goes by when devices were used last. One with a time that nobody can read is a row that failed, also
 * where that time sorts after every cut-off.
 */
export async function selectByAge(
  bulk: Bulk,
  selection: Selection,
  decide: Decide,
  unknown: Selection | undefined,
): Promise<Selected> {
  const found = await bulk.select(selection, decide);
  if (unknown === undefined) return found;
  const { rows: unreadable } = await bulk.select(unknown, onlyUnreadable);
  if (unreadable.size === 0) return found;
  return { ...found, rows: bulk.plannedRows([...found.rows.pages(), ...unreadable.pages()].flat()) };
}

/** Makes a row of no device that can be read. */
const onlyUnreadable: Decide = () => undefined;

function unknownAgeOf(context: Context, options: Given<typeof SELECTION_OPTIONS>): Selection | undefined {
  const { unusedSince, unusedFor, neverUsed = 'exclude' } = options;
  if (unusedSince === undefined && unusedFor === undefined) return undefined;
  return narrowed(withoutLastUse(context, options), ofUnknownAge(neverUsed));
}

/** A selection of which a filter holds too. */
export function narrowed(selection: Selection, filter: BoundFilter): Selection {
  const given = selection.filter;
  return { ...selection, filter: given === undefined ? filter : { kind: 'and', filters: [given, filter] } };
}

/** A device as a row of a run; undefined when it is already what it would become. */
export function rowOf(device: Device, to: Target, rule: string): PlannedChange | undefined {
  const { id, name, user, status, lastUsed } = device;
  if (status === to) return undefined;
  const used = lastUsed === undefined ? {} : { lastUsed };
  return { kind: 'change', outcome: 'planned', id, name, user, from: status, to, ...used, rule };
}

/** A selection without what it says of last uses. */
export function withoutLastUse(context: Context, options: Given<typeof SELECTION_OPTIONS>): Selection {
  const { unusedSince: _since, unusedFor: _for, neverUsed: _never, ...rest } = options;
  return selectionOf(context, rest);
}

/** The selection as a rule: the options, as they might be written. */
function ruleOf(options: Omit<Choice, 'from'>): string {
  const words = Object.entries(options).map(([key, value]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `${name} ${Array.isArray(value) ? value.join(' ') : typeof value === 'object' ? JSON.stringify(value) : value}`;
  });
  return words.join(', ');
}

async function idsFrom(context: Context, from: string): Promise<readonly string[]> {
  return idsIn(context, await readInput(from, context.io, INPUTS.rows), inputName(from));
}
