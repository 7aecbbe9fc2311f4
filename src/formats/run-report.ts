import type { RunCommand } from '../domain/run/run.ts';
import { cellsOf, type RunRow } from '../domain/run/run-row.ts';
import { printable } from '../domain/text/printable.ts';

/** A run, or a verb that never came to one. */
type ReportCommand = RunCommand | 'apply' | 'resume' | 'show';

export interface ReportHead {
  readonly command: ReportCommand;
  /** The id of the run; a dry run has none. */
  readonly run?: string;
  readonly dryRun?: boolean;
  /** Devices that were selected, and not taken among the first. */
  readonly remaining?: number;
  /** Why nothing was begun. */
  readonly refused?: { readonly code: string; readonly message: string };
}

/** Whether a file that begins like this is a report, of any run. */
export function isReport(beginning: string): boolean {
  return beginning.startsWith('{"command":"') || beginning.startsWith(`${XML_HEAD}\n${SUITE}`);
}

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const SUITE = '<testsuite name="otpctl bulk ';

/** A run and its rows as one JSON object. */
export function jsonReport(head: ReportHead, rows: readonly RunRow[]): string {
  const { command, run, dryRun, remaining, refused } = head;
  const lines = rows.map((row) => {
    const { id, name, user, from, to } = cellsOf(row);
    const { rule, outcome, reason } = row;
    return JSON.stringify({ run, id, name, user, from, to, rule, outcome: wordOf(command, outcome), reason });
  });
  const intro = JSON.stringify({ command, run, dryRun, remaining, refused, counts: countsOf(command, rows) }).slice(
    0,
    -1,
  );
  return `${intro},"rows":[${lines.length > 0 ? `\n${lines.join(',\n')}\n` : ''}]}\n`;
}

/**
 * The same as a JUnit suite: a case for each device; what waits is an error, what was skipped is skipped. Where nothing was
 * begun, that is a failing case, and what would have been changed is skipped.
 */
export function junitReport(head: ReportHead, rows: readonly RunRow[]): string {
  const { command, run, dryRun, remaining, refused } = head;
  const name = `${command}${run === undefined ? '' : `, run ${run}`}${dryRun ? ', dry run' : ''}`;
  const elementOf = ({ outcome }: RunRow) => (refused && outcome === 'planned' ? 'skipped' : ELEMENTS[outcome]);
  const number = (what: string) => rows.filter((row) => elementOf(row) === what).length;
  const failures = number('failure') + (refused === undefined ? 0 : 1);
  const tests = rows.length + (refused === undefined ? 0 : 1);
  const suite = `${SUITE}${xml(name)}" tests="${tests}" failures="${failures}" errors="${number('error')}" skipped="${number('skipped')}">`;
  const cases = rows.map((row) => {
    const { id, name: device, user } = cellsOf(row);
    const { rule, outcome, reason } = row;
    const open = `<testcase classname="otpctl.bulk.${command}" name="${xml(`${id} ${device} of ${user}: ${rule}`)}"`;
    const element = elementOf(row);
    const message = xml(reason || (refused ? 'nothing was begun' : outcome));
    return element === undefined ? `${open}/>` : `${open}><${element} message="${message}"/></testcase>`;
  });
  return [
    XML_HEAD,
    suite,
    ...(remaining === undefined ? [] : [`<properties><property name="remaining" value="${remaining}"/></properties>`]),
    ...(refused === undefined
      ? []
      : [
          `<testcase classname="otpctl.bulk.${command}" name="${xml(refused.code)}"><failure message="${xml(refused.message)}"/></testcase>`,
        ]),
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

const ELEMENTS: Partial<Record<RunRow['outcome'], string>> = {
  failed: 'failure',
  skipped: 'skipped',
  waiting: 'error',
  sent: 'error',
};

function countsOf(command: ReportCommand, rows: readonly RunRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const outcome = wordOf(command, row.outcome);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** What an enrolment changed, it created. */
function wordOf(command: ReportCommand, outcome: string): string {
  return command === 'create' && outcome === 'changed' ? 'created' : outcome;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text in an attribute. What XML cannot say, not even as an entity, is written out. */
function xml(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (found) => ENTITIES[found] ?? found);
}
