import type { RunRow } from '../domain/run.ts';
import type { ReportHead } from '../formats/run-report.ts';
import { reserveFile } from './private-file.ts';

type Pages = AsyncIterable<readonly RunRow[]> | Iterable<readonly RunRow[]>;

/** Writes the report of a run for the page of a pipeline; an older one is replaced. */
export async function writeReport(path: string | undefined, head: ReportHead, pages: Pages): Promise<void> {
  if (path === undefined) return;
  const { jsonReport, junitReport } = await import('../formats/run-report.ts');
  const rows: RunRow[] = [];
  for await (const page of pages) rows.push(...page);
  const text = path.toLowerCase().endsWith('.xml') ? junitReport(head, rows) : jsonReport(head, rows);
  const file = reserveFile(path, true);
  try {
    file.write(new TextEncoder().encode(text));
    file.keep();
  } finally {
    file.discard();
  }
}
