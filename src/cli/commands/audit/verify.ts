import type { AuditVerdict } from '../../../ports/audit-log.ts';
import { defineCommand } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';

const verdictView = {
  columns: [
    { key: 'intact', title: 'intact', value: ({ intact }: AuditVerdict) => intact },
    {
      key: 'entries',
      title: 'entries',
      value: (verdict: AuditVerdict) => (verdict.intact ? verdict.entries : undefined),
    },
    { key: 'seq', title: 'entry', value: (verdict: AuditVerdict) => (verdict.intact ? undefined : verdict.seq) },
    {
      key: 'finding',
      title: 'finding',
      value: (verdict: AuditVerdict) => (verdict.intact ? undefined : verdict.finding),
    },
  ],
  table: ['intact', 'entries', 'seq', 'finding'],
  id: (verdict: AuditVerdict) => (verdict.intact ? '' : String(verdict.seq)),
};

export const command = defineCommand({
  summary: 'check that the audit log is whole: exit 1 and the first bad entry when it is not',
  notes: 'Finds an edit, a deletion, an insertion, a reordering and a cut tail.',
  arguments: [],
  options: {},
  examples: [
    { does: 'check the log', line: 'audit verify' },
    { does: 'check the log of a copy', line: 'audit verify --store copy.db -o json' },
  ],
  view: verdictView,
  async run(context) {
    const backend = await context.backend();
    const verdict = await backend.audit.verify();
    await context.print.one(verdictView, verdict, () =>
      verdict.intact ? `the audit log is whole: ${verdict.entries.toLocaleString('en')} entries` : verdict.finding,
    );
    return verdict.intact ? EXIT.done : EXIT.no;
  },
});
