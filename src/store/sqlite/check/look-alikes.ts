import { commandLine } from '../../../domain/text/command-line.ts';
import { asSeen, withHidden } from '../../../domain/text/identifier.ts';
import { fold } from '../../../domain/user.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection } from '../connection/connection.ts';

/** Where names are, and how one of them is looked at. */
const NAMES = {
  user: {
    from: `SELECT user AS name, user_fold AS fold FROM devices UNION SELECT name, name_fold FROM users`,
    look: 'why',
  },
  key: { from: `SELECT name, name_fold AS fold FROM api_keys`, look: 'apikey list' },
} as const;

/**
 * Names that are different and look the same, which earlier releases let be given. They are no damage, and are not merged:
 * only a person knows whose they are.
 */
export function* lookAlikes(connection: Connection): Generator<StoreFinding> {
  for (const [what, { from, look }] of Object.entries(NAMES)) {
    for (const names of groups(connection, from)) {
      const told = names.map((name) => `"${withHidden(name)}"`).join(', ');
      const see = look === 'why' ? names.map((name) => commandLine(['why', name])) : ['otpctl apikey list'];
      yield {
        finding: `${what}s who look alike: ${told}`,
        remedy: `see whose they are with  ${see.join(',  ')},  keep one, and take the others away`,
      };
    }
  }
}

/** Names that look the same, in groups. Of each group at least one does not look as it is written: such names are read. */
function groups(connection: Connection, names: string): string[][] {
  const odd = new Map<string, Map<string, string>>();
  const among = `SELECT min(name) AS name, fold FROM (${names})`;
  const unlike = `${among} WHERE fold GLOB '*[^ -~]*' OR instr(fold, '  ') > 0 GROUP BY fold`;
  for (const { name, fold: known } of connection.all(unlike)) {
    const seen = fold(asSeen(String(name)));
    if (seen === known) continue;
    odd.set(seen, (odd.get(seen) ?? new Map()).set(String(known), String(name)));
  }
  return Array.from(odd, ([seen, group]) => {
    const plain = connection.get(`${among} WHERE fold = ? GROUP BY fold`, [seen])?.['name'];
    return [...(plain === undefined ? [] : [String(plain)]), ...group.values()];
  }).filter(({ length }) => length > 1);
}
