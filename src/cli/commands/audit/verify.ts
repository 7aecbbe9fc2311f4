import { type SealedPart, sealedWords } from '../../../domain/audit/sealed-part.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { ExportProof } from '../../../formats/audit-export.ts';
import type { AuditVerdict } from '../../../ports/audit-log.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseIneffective } from '../../parse/ineffective-options.ts';

/** What was found; of an export that is whole, what its proof says of it. */
type Verified = AuditVerdict & { readonly proof?: ExportProof };

const verdictView = {
  columns: [
    { key: 'intact', title: 'intact', value: ({ intact }: AuditVerdict) => intact },
    {
      key: 'entries',
      title: 'entries',
      value: (verdict: AuditVerdict) => (verdict.intact ? verdict.entries : undefined),
    },
    { key: 'seq', title: 'entry', value: (verdict: AuditVerdict) => (verdict.intact ? undefined : verdict.seq) },
    { key: 'sealed', title: 'sealed', value: sealedIn, cell: sealedCell, detail: sealedCell },
    {
      key: 'finding',
      title: 'finding',
      value: (verdict: AuditVerdict) => (verdict.intact ? undefined : verdict.finding),
    },
    { key: 'first', title: 'first', value: ({ proof }: Verified) => proof?.first },
    { key: 'last', title: 'last', value: ({ proof }: Verified) => proof?.last },
    { key: 'hash', title: 'hash', value: ({ proof }: Verified) => proof?.hash },
  ],
  table: ['intact', 'entries', 'sealed', 'seq', 'finding', 'hash'],
  id: (verdict: AuditVerdict) => (verdict.intact ? '' : String(verdict.seq)),
};

function sealedIn(verdict: AuditVerdict): readonly SealedPart[] | undefined {
  return verdict.intact ? verdict.sealed : undefined;
}

function sealedCell(verdict: AuditVerdict): string {
  const sealed = sealedIn(verdict);
  return sealed === undefined ? '' : sealedWords(sealed);
}

export const command = defineCommand({
  summary: 'check that the audit log is whole: exit 1 and the first bad entry when it is not',
  notes: `Finds an edit, a deletion, an insertion, a reordering and a cut tail. Of the log in the store, by the HMACs of its
chain. What  audit repair  sealed is told, and no finding. Of an export alone, by its hash chain, which needs no key:
who rewrites all of it and its proof is found only by the hash of the proof, which is printed and stands in the log of
the store as the entry audit.export.`,
  arguments: [{ name: '[file]', description: 'an export; without it, the log in the store' }],
  options: {},
  examples: [
    { does: 'check the log', line: 'audit verify' },
    { does: 'check an export, where there is no store', line: 'audit verify audit.jsonl' },
    { does: 'check the log of a copy', line: 'audit verify --store copy.db -o json' },
  ],
  view: verdictView,
  globals: READS,
  async run(context, { arguments: [file] }) {
    if (file !== undefined) {
      refuseIneffective(context.options, READS, 'on an export, which is looked at by itself');
      const { verifyExport } = await import('../../audit/verify-export.ts');
      const verdict = verifyExport(file);
      const { proof } = verdict;
      const range = proof === undefined ? '' : `, ${proof.first} to ${proof.last}, and hash ${proof.hash}`;
      return print(context, verdict, 'the export', range);
    }
    const { audit } = await context.backend();
    return print(context, await offered(audit, 'to verify its audit log').verify(), 'the audit log', '');
  },
});

async function print(context: Context, verdict: Verified, what: string, range: string): Promise<ExitCode> {
  await context.print.one(verdictView, verdict, () =>
    verdict.intact ? `${what} is whole: ${entriesOf(verdict)}${range}` : verdict.finding,
  );
  return verdict.intact ? EXIT.done : EXIT.no;
}

function entriesOf(verdict: AuditVerdict & { readonly intact: true }): string {
  const entries = counted(verdict.entries, 'entry', 'entries');
  return verdict.sealed === undefined ? entries : `${entries}, ${sealedWords(verdict.sealed)}`;
}
