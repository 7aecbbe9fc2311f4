import type { Page, Selection } from '../../../domain/device/selection.ts';
import type { Explanation } from '../../../ports/explanation.ts';
import type { ServerDialect } from '../dialects.ts';
import type { Transport } from '../transport/transport.ts';

/** What a server is asked for a list, and what is left to do here. */
export function explainList(
  { base }: Transport,
  dialect: ServerDialect,
  selection: Selection,
  { sortBy = 'id', descending }: Page,
): Explanation {
  const filter = dialect.filter(selection);
  const asked = filter === undefined ? '' : `filter=${filter}&`;
  const plan = [filter === undefined ? 'the server sends every device' : 'the server sends what its filter finds'];
  plan.push('each is judged here by the whole selection');
  plan.push(sortBy === 'id' && !descending ? 'they are passed on as they come' : `all are sorted here by ${sortBy}`);
  return { query: `GET ${base.pathname}/OtpDevice?${asked}sortBy=id`, parameters: [], plan };
}
