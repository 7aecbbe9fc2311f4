import { parseDuration } from '../../domain/duration.ts';
import { invalid } from '../../domain/errors.ts';
import { LAST_DEVICE } from '../../domain/run/guards.ts';
import type { RunOptions } from '../../domain/run/run.ts';
import type { BulkUse } from '../context.ts';
import { asText, defaulting, flag, type Given, option } from '../parse/option.ts';
import { count, instant, oneOf } from '../parse/values.ts';

const MAX_CONCURRENCY = 64;

/** How a run goes about its rows. */
export const RUN_OPTIONS = {
  concurrency: defaulting('8', option('--concurrency <n>', 'requests at once, to remote places', concurrency)),
  rate: defaulting('no limit', option('--rate <n>', 'rows a second at most: 50 or 50/s', rate)),
  maxFailures: defaulting(
    '20',
    option('--max-failures <n>', 'stop after more failures', count('the number of failures')),
  ),
  journal: defaulting(
    'in the folder of this user',
    option('--journal <file>', 'where the journal is, of remote places', asText),
  ),
  report: option('--report <file>', 'write a report: .json, or .xml (JUnit)', reportFile),
  force: flag('--force', 'let outputs take the place of files that are there'),
};

/** What stops a run before its first change. */
export const GUARD_OPTIONS = {
  max: defaulting(
    '1000 without a terminal, else no limit',
    option('--max <n>', 'change at most so many devices', count('the limit')),
  ),
  maxPercent: defaulting(
    '20',
    option('--max-percent <p>', 'and at most this part of all devices, from 50 of them on', percent),
  ),
  lastDevice: defaulting(
    'warn',
    option(
      '--last-device <how>',
      'users who would be left without an enabled device: warn, skip or refuse',
      oneOf('value', LAST_DEVICE),
      LAST_DEVICE,
    ),
  ),
  ignoreSignal: flag('--ignore-signal', 'go on although no device was used after the cut-off'),
};

/** What a run may be instead of one. */
export const PLAN_OPTIONS = {
  dryRun: flag('--dry-run', 'print what would happen, and change nothing'),
  planOut: option('--plan-out <file>', 'write a plan for  bulk apply,  and change nothing', asText),
  planExpires: defaulting(
    '24h',
    option('--plan-expires <duration>', 'how long the plan may be applied', parseDuration),
  ),
  asOf: defaulting('now', option('--as-of <time>', 'the present, for durations', instant)),
};

/** How much of a selection a run takes. */
export const FIRST_OPTION = {
  first: defaulting('all', option('--first <n>', 'only the first n in the order of the run', count('the number', 1))),
};

export const BULK_OPTIONS = { ...FIRST_OPTION, ...PLAN_OPTIONS, ...GUARD_OPTIONS, ...RUN_OPTIONS };

export function runOptions({ concurrency, rate, maxFailures }: Given<typeof RUN_OPTIONS>): RunOptions {
  return { concurrency: concurrency ?? 8, ...(rate !== undefined && { rate }), maxFailures: maxFailures ?? 20 };
}

/** What the place of a run must be able to do. */
export function bulkUse({ journal, concurrency }: Pick<Given<typeof RUN_OPTIONS>, 'journal' | 'concurrency'>): BulkUse {
  return { ...(journal !== undefined && { journal }), ...(concurrency !== undefined && { concurrency }) };
}

function concurrency(text: string): number {
  const value = count('the concurrency', 1)(text);
  if (value > MAX_CONCURRENCY) throw invalid(`the concurrency is ${text}, and may be ${MAX_CONCURRENCY}`);
  return value;
}

function rate(text: string): number {
  const value = count('the rate', 1)(text.replace(/\/s$/, ''));
  if (value > 1000) throw invalid(`the rate is ${text}, and may be 1000 a second`);
  return value;
}

function percent(text: string): number {
  const value = count('the percentage')(text.replace(/%$/, ''));
  if (value > 100) throw invalid(`the percentage is ${text}, and may be 100`);
  return value;
}

function reportFile(text: string): string {
  if (/\.(?:json|xml)$/i.test(text)) return text;
  throw invalid(`the report ${text} is neither .json nor .xml`, 'name it  FILE.json  or  FILE.xml');
}
