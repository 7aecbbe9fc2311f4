import type { DeviceChange } from '../../domain/run/run-row.ts';
import { grouped } from '../../domain/text/counted.ts';
import { printableLines } from '../../domain/text/printable.ts';
import type { PlannedRows } from '../../ports/bulk/bulk.ts';
import type { Proposal } from './proposal.ts';
import { targetWord } from './run-view.ts';

/** Rows that a question names. */
const NAMED = 10;

/** The question before a run: how many devices, the first of them, what the guards found, and what cannot be undone. */
export function questionOf({ command, guarded, undoes }: Proposal): string {
  const { changes } = guarded.rows;
  const what = changes === 1 ? 'one device' : `${grouped(changes)} devices`;
  const lines = first(guarded.rows).map(
    ({ id, name, user, from, to, rule }) =>
      `  ${id}  ${name} of ${user}: ${targetWord(from)} to ${targetWord(to)}, ${rule}`,
  );
  const more = changes > NAMED ? [`  and ${grouped(changes - NAMED)} more`] : [];
  const findings = guarded.findings.map(({ message }) => `warning: ${message}`);
  const deletes = command === 'delete' ? ['this cannot be undone'] : [];
  const verb = undoes === undefined ? VERBS[command] : `take back run ${undoes} for`;
  const all = [...lines, ...more, ...findings, ...deletes];
  return printableLines([`${verb} ${what}?`, ...all].join('\n'));
}

function first(rows: PlannedRows): readonly DeviceChange[] {
  const found: DeviceChange[] = [];
  for (const page of rows.pages()) {
    found.push(...page.filter((row) => row.kind === 'change').filter(({ outcome }) => outcome === 'planned'));
    if (found.length >= NAMED) break;
  }
  return found.slice(0, NAMED);
}

const VERBS = {
  'disable-stale': 'disable',
  update: 'change',
  delete: 'delete for good',
  undo: 'take back',
  create: 'create',
  'ds100-disable': 'disable',
  'ds100-enable': 'enable',
} as const;
