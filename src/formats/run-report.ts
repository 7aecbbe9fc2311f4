import { printable } from '../domain/printable.ts';
import type { RunCommand, RunRow } from '../domain/run.ts';

export interface ReportHead {
  readonly command: RunCommand;
  /** The id of the run; a dry run has none. */
  readonly run?: string;
  readonly dryRun?: boolean;
}

/** A run and its rows as one JSON object. */
export function jsonReport(head: ReportHead, rows: readonly RunRow[]): string {
  const { command, run, dryRun } = head;
  const lines = rows.map(({ id, name, user, from, to, rule, outcome, reason }) =>
    JSON.stringify({ run, id, name, user, from, to, rule, outcome: wordOf(command, outcome), reason }),
  );
  const intro = JSON.stringify({ command, run, dryRun, counts: countsOf(command, rows) }).slice(0, -1);
  return `${intro},"rows":[${lines.length > 0 ? `\n${lines.join(',\n')}\n` : ''}]}\n`;
}

/** The same as a JUnit suite: a case for each device; what waits is an error, what was skipped is skipped. */
export function junitReport({ command, run, dryRun }: ReportHead, rows: readonly RunRow[]): string {
  const counts = countsOf(command, rows);
  const name = `otpctl bulk ${command}${run === undefined ? '' : `, run ${run}`}${dryRun ? ', dry run' : ''}`;
  const number = (what: string) => counts[what] ?? 0;
  const head = `<testsuite name="${xml(name)}" tests="${rows.length}" failures="${number('failed')}" errors="${number('waiting') + number('sent')}" skipped="${number('skipped')}">`;
  const cases = rows.map(({ id, name: device, user, rule, outcome, reason = '' }) => {
    const open = `<testcase classname="otpctl.bulk.${command}" name="${xml(`${id} ${device} of ${user}: ${rule}`)}"`;
    const element = ELEMENTS[outcome];
    return element === undefined ? `${open}/>` : `${open}><${element} message="${xml(reason || outcome)}"/></testcase>`;
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...cases, '</testsuite>', ''].join('\n');
}

const ELEMENTS: Partial<Record<RunRow['outcome'], string>> = {
  failed: 'failure',
  skipped: 'skipped',
  waiting: 'error',
  sent: 'error',
};

function countsOf(command: RunCommand, rows: readonly RunRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const outcome = wordOf(command, row.outcome);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** What an enrolment changed, it created. */
export function wordOf(command: RunCommand, outcome: string): string {
  return command === 'create' && outcome === 'changed' ? 'created' : outcome;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text in an attribute. What XML cannot say, not even as an entity, is written out. */
function xml(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (found) => ENTITIES[found] ?? found);
}
