import { counted } from '../../domain/text/counted.ts';
import type { IdOptions } from '../../formats/rows/id-rows.ts';
import type { Context } from '../context.ts';

/** The ids that a text names, in any form that lists and runs are written in. Errors: `invalid-value`. */
export async function idsIn(
  { print }: Context,
  text: string,
  what: string,
  options: IdOptions = {},
): Promise<readonly string[]> {
  const { readIds } = await import('../../formats/rows/id-rows.ts');
  const { ids, without } = await readIds(text, what, options);
  if (without > 0) await print.notice(`notice: ${counted(without, 'row')} of ${what} made no device`);
  return ids;
}
