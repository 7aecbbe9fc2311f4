import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, type TomlTable } from 'smol-toml';
import { LOCAL, type Profile } from '../domain/place/profile.ts';
import { type Statement, statementsOf } from './toml-statements.ts';

/** A text of TOML that was changed, and whether the comments are still in it. */
export interface Edited {
  readonly text: string;
  readonly commentsKept: boolean;
}

/** Adds the table of a profile; with `standard`, makes it the default. */
export function addProfile(text: string, profile: Profile, standard: boolean): Edited {
  const table = tableOf(profile);
  const { rsa, ...plain } = table;
  const header = `profiles.${tomlKey(profile.name)}`;
  const lines = [
    `[${header}]\n${stringify(plain)}`,
    ...(rsa === undefined ? [] : [`[${header}.rsa]\n${stringify(rsa as TomlTable)}`]),
  ];
  const added = `${text.trimEnd()}${text.trim() === '' ? '' : '\n\n'}${lines.map((each) => `${each.trimEnd()}\n`).join('\n')}`;
  const wanted = parse(text) as { default?: string; profiles?: TomlTable };
  wanted.profiles = { ...wanted.profiles, [profile.name]: table };
  if (standard) wanted.default = profile.name;
  return settled(standard ? withDefault(added, profile.name) : added, wanted);
}

export function setDefault(text: string, name: string): Edited {
  return settled(withDefault(text, name), { ...parse(text), default: name });
}

/** Removes a profile. If it was the default, `local` becomes the default. */
export function removeProfile(text: string, name: string): Edited {
  const wanted = parse(text) as { default?: string; profiles?: TomlTable };
  const { [name]: _gone, ...profiles } = wanted.profiles ?? {};
  const mine = ({ path: [first, second] }: Statement) => first === 'profiles' && second === name;
  let lines = withoutLines(text, statementsOf(text).filter(mine));
  const next: typeof wanted = { ...wanted, profiles };
  if (wanted.default === name) {
    next.default = LOCAL;
    lines = withDefault(lines, LOCAL);
  }
  return settled(lines, next);
}

/** A profile as a table of TOML. Values that are the default are left out. */
function tableOf({ store, server, scope, rsa }: Profile): TomlTable {
  const table: TomlTable = {};
  if (store !== undefined) table['store'] = store;
  if (scope !== undefined) table['scope'] = scope;
  for (const [key, value] of Object.entries(server ?? {})) {
    if (key === 'dialect' && value === 'auto') continue;
    if (key === 'timezone' && value === 'UTC') continue;
    if (key === 'timeout') {
      if (value !== 30) table[key] = `${value}s`;
      continue;
    }
    if (value !== undefined) table[key] = value;
  }
  if (rsa !== undefined)
    table['rsa'] = Object.fromEntries(Object.entries(rsa).filter(([, value]) => value !== undefined));
  return table;
}

function withDefault(text: string, name: string): string {
  const line = `default = ${JSON.stringify(name)}`;
  const old = statementsOf(text).find(({ path }) => path.length === 1 && path[0] === 'default');
  if (old === undefined) return `${line}\n${text.trim() === '' ? '' : '\n'}${text}`;
  return text
    .split('\n')
    .map((each, at) =>
      at + 1 === old.from ? each.replace(/=\s*(?:"[^"]*"|'[^']*')/, () => line.slice('default '.length)) : each,
    )
    .join('\n');
}

/** Removes the lines of statements, and the comments between the statements of one table. */
function withoutLines(text: string, statements: readonly Statement[]): string {
  const gone = new Set<number>();
  let previous: Statement | undefined;
  for (const statement of statements) {
    const from = statement.kind === 'value' && previous !== undefined ? previous.to + 1 : statement.from;
    for (let line = from; line <= statement.to; line++) gone.add(line);
    previous = statement;
  }
  const kept = text.split('\n').filter((_, at) => !gone.has(at + 1));
  return kept.join('\n').replace(/\n{3,}/g, '\n\n');
}

/** The edited text, if it means what is wanted. Otherwise the whole config is written again, without its comments. */
function settled(text: string, wanted: TomlTable): Edited {
  try {
    if (isDeepStrictEqual(plain(parse(text)), plain(wanted))) return { text, commentsKept: true };
  } catch {
    // The edit has broken the text: a profile may be an inline table, for example.
  }
  return { text: stringify(wanted), commentsKept: false };
}

/** The same without prototypes and without an empty table of profiles, so that two tables can be compared. */
function plain(value: TomlTable): unknown {
  const { profiles, ...rest } = value as { profiles?: TomlTable };
  const some = profiles !== undefined && Object.keys(profiles).length > 0;
  return JSON.parse(JSON.stringify(some ? { ...rest, profiles } : rest));
}

const tomlKey = (name: string): string => (/^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name));
