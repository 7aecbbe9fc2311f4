import { dirname, resolve } from 'node:path';
import { parse, TomlError, type TomlValue } from 'smol-toml';
import { OtpctlError } from '../domain/errors.ts';
import { LOCAL, type Profile, profileName } from '../domain/place/profile.ts';
import { checkRsaAccess, type RsaAccess } from '../domain/place/rsa-access.ts';
import {
  checkServer,
  DIALECT_CHOICES,
  type DialectChoice,
  SERVER_DEFAULTS,
  type Server,
  serverUrl,
  timeoutSeconds,
  timeZone,
} from '../domain/place/server.ts';
import { nearest } from '../domain/query/nearest.ts';
import { parseScope } from '../domain/query/parse-scope.ts';
import { printable } from '../domain/text/printable.ts';
import { lineOf } from './toml-statements.ts';

export interface Config {
  readonly standard?: string;
  readonly profiles: readonly Profile[];
}

/** Checks a value. The message of a `Wrong` that it throws follows the key: `timeout must be ...`. */
type Check<T> = (value: TomlValue, folder: string) => T;

const text: Check<string> = (value) => {
  if (typeof value !== 'string' || value === '') throw new Wrong('must be a text in quotes, and not empty');
  return value;
};
const file: Check<string> = (value, folder) => resolve(folder, text(value, folder));
const parsed =
  <T>(parser: (value: string) => T): Check<T> =>
  (value, folder) =>
    parser(text(value, folder));
const number =
  (least: number, most: number, whole: boolean): Check<number> =>
  (value) => {
    const ok = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!ok) throw new Wrong(`must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
    return value;
  };
const texts: Check<readonly string[]> = (value, folder) => {
  if (!Array.isArray(value) || value.length === 0) throw new Wrong('must be a list of texts in brackets');
  return value.map((each) => text(each, folder));
};
const dialect: Check<DialectChoice> = (value) => {
  const found = DIALECT_CHOICES.find((each) => each === value);
  if (found === undefined) throw new Wrong(`must be one of ${DIALECT_CHOICES.join(', ')}`);
  return found;
};

// http to another host is refused when the profile is used, since an option of the command line may allow it.
const url = parsed((value) => serverUrl(value, true));

const RSA_KEYS = {
  url,
  keyFile: file,
  issuer: text,
  clientId: text,
  privateKeyFile: file,
  scopes: texts,
  caFile: file,
} satisfies Record<string, Check<unknown>>;

const SERVER_KEYS = {
  url,
  username: text,
  dialect,
  timezone: parsed(timeZone),
  caFile: file,
  clientCertFile: file,
  clientKeyFile: file,
  timeout: parsed(timeoutSeconds),
  concurrency: number(1, 100, true),
  ratePerSecond: number(0.01, 10_000, false),
} satisfies Record<string, Check<unknown>>;

const PROFILE_KEYS = { store: file, scope: parsed((filter) => parseScope(filter).text), ...SERVER_KEYS };

/** A mistake in the config, with the path of the key that it is at. */
class Wrong extends Error {
  readonly path: readonly string[];

  constructor(message: string, path: readonly string[] = []) {
    super(message);
    this.path = path;
  }
}

/** Reads the text of a config. Errors: `config-invalid`, with the file and the line. */
export function readConfig(source: string, path: string): Config {
  const invalidAt = (line: number, message: string, hint?: string, cause?: unknown) =>
    new OtpctlError('config-invalid', `${printable(path)} line ${line}: ${message}`, hint, { cause });
  try {
    return configOf(parse(source), dirname(path));
  } catch (error) {
    // The library quotes the lines around the mistake. Its first sentence is enough, and quotes nothing.
    if (error instanceof TomlError) {
      const [sentence = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
      throw invalidAt(error.line, `not TOML: ${sentence}`);
    }
    if (!(error instanceof Wrong)) throw error;
    const hint = error.cause instanceof OtpctlError ? error.cause.hint : (error.cause as string | undefined);
    throw invalidAt(lineOf(source, error.path), error.message, hint);
  }
}

function configOf(root: TomlValue, folder: string): Config {
  const { default: standard, profiles = {}, ...rest } = tableOf(root, []);
  refuseUnknown(Object.keys(rest), ['default', 'profiles'], []);
  const found = Object.entries(tableOf(profiles, ['profiles'])).map(([name, table]) => profileOf(name, table, folder));
  if (standard === undefined) return { profiles: found };
  const name = checked(standard, ['default'], text, folder);
  if (name !== LOCAL && !found.some((profile) => profile.name === name)) {
    throw new Wrong(`the default "${name}" is not a profile`, ['default']);
  }
  return { standard: name, profiles: found };
}

function profileOf(name: string, value: TomlValue, folder: string): Profile {
  const path = ['profiles', name];
  at(path, () => profileName(name));
  const { rsa, ...table } = tableOf(value, path);
  refuseUnknown(Object.keys(table), [...Object.keys(PROFILE_KEYS), 'rsa'], path);
  const { store, scope, ...server } = values(table, PROFILE_KEYS, path, folder);
  const access = rsa === undefined ? undefined : rsaOf(rsa, [...path, 'rsa'], folder);
  const stray = Object.keys(server).find((key) => key !== 'url');
  if (server.url === undefined && stray !== undefined) throw new Wrong(`${stray} needs a url`, [...path, stray]);
  if (server.url !== undefined && store !== undefined) {
    throw new Wrong('store and url exclude one another', [...path, 'store']);
  }
  if (server.url !== undefined && name === LOCAL) {
    throw new Wrong(`the profile ${LOCAL} is of this machine and takes no url`, [...path, 'url']);
  }
  return {
    name,
    ...(store !== undefined && { store }),
    ...(server.url !== undefined && {
      server: at(path, () => checkServer({ ...SERVER_DEFAULTS, ...server } as Server)),
    }),
    ...(scope !== undefined && { scope }),
    ...(access !== undefined && { rsa: access }),
  };
}

function rsaOf(value: TomlValue, path: readonly string[], folder: string): RsaAccess {
  const table = tableOf(value, path);
  refuseUnknown(Object.keys(table), Object.keys(RSA_KEYS), path);
  return at(path, () => checkRsaAccess(values(table, RSA_KEYS, path, folder)));
}

type Values<K> = { readonly [N in keyof K]?: K[N] extends Check<infer T> ? T : never };

function values<K extends Record<string, Check<unknown>>>(
  table: Readonly<Record<string, TomlValue>>,
  keys: K,
  path: readonly string[],
  folder: string,
): Values<K> {
  const found = Object.entries(table).map(([key, value]) => {
    const check = keys[key] as Check<unknown>;
    return [key, checked(value, [...path, key], check, folder)];
  });
  return Object.fromEntries(found) as Values<K>;
}

function checked<T>(value: TomlValue, path: readonly string[], check: Check<T>, folder: string): T {
  return at(path, () => {
    try {
      return check(value, folder);
    } catch (error) {
      throw error instanceof Wrong ? new Wrong(`${path.at(-1)} ${error.message}`, path) : error;
    }
  });
}

/** Runs `work`; an error of the domain becomes a mistake at this path. */
function at<T>(path: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    throw Object.assign(new Wrong(error.message, path), { cause: error });
  }
}

function tableOf(value: TomlValue, path: readonly string[]): Readonly<Record<string, TomlValue>> {
  const plain = typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
  if (!plain) throw new Wrong(`${path.join('.')} must be a table`, path);
  return value as Record<string, TomlValue>;
}

function refuseUnknown(keys: readonly string[], known: readonly string[], path: readonly string[]): void {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const where = path.length === 0 ? '' : ` in ${path.join('.')}`;
  const meant = nearest(unknown, known);
  const hint = meant === undefined ? `the keys are ${known.join(', ')}` : `did you mean  ${meant}`;
  throw Object.assign(new Wrong(`unknown key "${printable(unknown)}"${where}`, [...path, unknown]), { cause: hint });
}
