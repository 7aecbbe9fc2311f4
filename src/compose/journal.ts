import { resolve } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import type { JournalFile } from '../store/sqlite/runs/journal-file.ts';
import type { OpenContext } from './open-context.ts';

/** Opens the journal of the runs at RSA or at a server, which keep none: in the given file, or in the default one. */
export async function openJournalFile(
  file: string | undefined,
  place: string,
  { paths }: OpenContext,
): Promise<JournalFile> {
  const { openJournal } = await import('../store/sqlite/runs/journal-file.ts');
  return openJournal(resolve(file ?? paths.runs), place);
}

export function journalNotHere(): OtpctlError {
  return new OtpctlError(
    'usage',
    'a local store keeps the journal of its runs itself',
    'leave out  --journal, which is for remote places',
  );
}
