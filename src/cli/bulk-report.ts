import type { RunRow } from '../domain/run.ts';
import { type OutputFile, writeOutput } from '../files/output-file.ts';
import type { ReportHead } from '../formats/run-report.ts';
import type { RUN_OPTIONS } from './bulk-options.ts';
import type { Given } from './define-command.ts';

type Pages = AsyncIterable<readonly RunRow[]> | Iterable<readonly RunRow[]>;
type Reporting = Pick<Given<typeof RUN_OPTIONS>, 'report' | 'force'>;

/** The report that options ask for. */
export function reportOf({ report, force = false }: Reporting): OutputFile | undefined {
  return report === undefined ? undefined : { path: report, overwrite: force };
}

/** Writes the report of a run for the page of a pipeline. */
export async function writeReport(report: OutputFile | undefined, head: ReportHead, pages: Pages): Promise<void> {
  if (report === undefined) return;
  const { jsonReport, junitReport } = await import('../formats/run-report.ts');
  const rows: RunRow[] = [];
  for await (const page of pages) rows.push(...page);
  writeOutput(report, report.path.toLowerCase().endsWith('.xml') ? junitReport(head, rows) : jsonReport(head, rows));
}
