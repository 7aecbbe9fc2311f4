import type { Ds100Record } from '../../domain/ds100.ts';
import { ds100View } from '../../output/ds100-view.ts';
import { toJson } from '../../output/json.ts';
import type { View } from '../../output/view.ts';
import type { Ds100Admin } from '../../ports/ds100-admin.ts';
import type { Context } from '../context.ts';

const REGISTRY = 'notice: this is the local registry of DS100 devices; RSA is unchanged and was not asked';

/** Says where an answer is from, unless it is from RSA. */
async function sayWhere(context: Context, { registry }: Ds100Admin): Promise<void> {
  if (registry !== undefined) await sayRegistry(context);
}

/** Says that an answer is from the registry of the local store. */
export async function sayRegistry({ print }: Context): Promise<void> {
  await print.notice(REGISTRY);
}

/** Records of a command about several, as an array; in JSON with every field that RSA sent, known or not. */
export async function printRecords(
  context: Context,
  admin: Ds100Admin,
  records: readonly Ds100Record[],
): Promise<void> {
  const { print } = context;
  if (!isWhole(context)) await print.list(ds100View, records.length > 0 ? [records] : []);
  else if (print.format === 'json') await print.raw(`${toJson(records, 2)}\n`);
  else await print.raw(records.map((record) => `${toJson(record)}\n`).join(''));
  await sayWhere(context, admin);
}

/** One record, or another object of the API. */
export async function printOne<T extends object>(
  context: Context,
  admin: Ds100Admin,
  view: View<T>,
  item: T,
): Promise<void> {
  const { print } = context;
  if (isWhole(context)) await print.raw(`${toJson(item, print.format === 'json' ? 2 : undefined)}\n`);
  else await print.one(view, item);
  await sayWhere(context, admin);
}

function isWhole({ print, options }: Context): boolean {
  return (print.format === 'json' || print.format === 'jsonl') && options.columns === undefined && !options.quiet;
}
