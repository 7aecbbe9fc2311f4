import { OtpctlError } from '../../domain/errors.ts';
import type { RunRow } from '../../domain/run/run-row.ts';
import { beginningOfFile } from '../../files/input-file.ts';
import { type OutputFile, refuseUnwritable, writeOutput } from '../../files/output-file.ts';
import type { ReportHead } from '../../formats/run-report.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Given } from '../parse/option.ts';
import type { RUN_OPTIONS } from './bulk-options.ts';

type Pages = AsyncIterable<readonly RunRow[]> | Iterable<readonly RunRow[]>;
interface Expected {
  pages(): Pages;
}
type Reporting = Pick<Given<typeof RUN_OPTIONS>, 'report' | 'force'>;
/** Files besides a report that `--force` may be for. */
interface Others {
  readonly planOut?: string;
  readonly residue?: string;
  readonly qrDir?: string;
}

/** The report of a run, for the page of a pipeline. */
export interface Report {
  /** The rows of the run, for a report of why it failed. */
  expect(rows: Expected, remaining?: number): void;
  write(head: ReportHead, pages: Pages): Promise<void>;
}

/**
 * Does `work`, and leaves the report that options ask for behind however that ends: yesterday's must not stand for a run
 * that was refused today. Errors: those of the work; before it, those of a file that cannot be written.
 */
export async function reported(
  options: Reporting & Others,
  head: ReportHead,
  work: (report: Report) => Promise<ExitCode>,
): Promise<ExitCode> {
  refuseIdleForce(options);
  const file = await reportFile(options);
  if (file === undefined) return work(NO_REPORT);
  refuseUnwritable(file);
  let isWritten = false;
  let expected: Expected = { pages: () => [] };
  let left: Pick<ReportHead, 'remaining'> = {};
  const report: Report = {
    expect(rows, remaining) {
      expected = rows;
      left = remaining === undefined ? {} : { remaining };
    },
    async write(whole, pages) {
      // Once: where it could not be written, a shorter one in its place would not be true.
      isWritten = true;
      await writeReport(file, { ...left, ...whole }, pages);
    },
  };
  try {
    const exit = await work(report);
    if (!isWritten) await report.write(head, []);
    return exit;
  } catch (error) {
    const { code, message } = error instanceof OtpctlError ? error : { code: 'bug', message: 'the program failed' };
    // What went wrong first is what is said.
    if (!isWritten) await report.write({ ...head, refused: { code, message } }, expected.pages()).catch(() => {});
    throw error;
  }
}

const NO_REPORT: Report = { expect() {}, async write() {} };

/** Refuses (`usage`) to be told that files may be overwritten where none is written. */
function refuseIdleForce({ force, report, planOut, residue, qrDir }: Reporting & Others): void {
  if (!force || [report, planOut, residue, qrDir].some((each) => each !== undefined)) return;
  throw new OtpctlError('usage', '--force is for files that are written, and none is', 'leave it out');
}

/** A report takes the place of an older one without being told to: the next night of a job writes it anew. */
async function reportFile({ report: path, force = false }: Reporting): Promise<OutputFile | undefined> {
  if (path === undefined) return undefined;
  return { path, overwrite: force || (await isReport(path)) };
}

/** Bytes that tell a report of ours. */
const REPORT_HEAD = 200;

async function isReport(path: string): Promise<boolean> {
  const beginning = beginningOfFile(path, REPORT_HEAD);
  if (beginning === undefined) return false;
  const { isReport: looksLikeOne } = await import('../../formats/run-report.ts');
  return looksLikeOne(beginning);
}

async function writeReport(file: OutputFile, head: ReportHead, pages: Pages): Promise<void> {
  const { jsonReport, junitReport } = await import('../../formats/run-report.ts');
  const rows: RunRow[] = [];
  for await (const page of pages) rows.push(...page);
  writeOutput(file, file.path.toLowerCase().endsWith('.xml') ? junitReport(head, rows) : jsonReport(head, rows));
}
