import { parse, stringify, type TomlTable } from 'smol-toml';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';
import type { CredentialKind } from '../ports/servers/credentials.ts';
import type { PrivateText } from '../ports/system/private-text.ts';

const HEADER = '# The secrets of otpctl where there is no keyring. Not encrypted: keep it to yourself.\n\n';

type Secrets = Record<string, Record<string, string>>;

/** Reads one secret of a profile out of `credentials.toml`. */
export function secretIn(file: PrivateText, profile: string, kind: CredentialKind): string | undefined {
  const text = file.read();
  return text === undefined ? undefined : own(own(secretsOf(text, file.path), profile) ?? {}, kind);
}

/** Writes secrets of a profile to `credentials.toml`, and removes its secrets of the kinds in `dropped`. */
export async function keepSecret(
  file: PrivateText,
  profile: string,
  kept: Partial<Record<CredentialKind, string>>,
  dropped: readonly CredentialKind[],
): Promise<boolean> {
  let removed = false;
  await file.edit((text) => {
    const secrets = secretsOf(text, file.path);
    const mine = { ...own(secrets, profile) };
    for (const kind of dropped) {
      removed ||= own(mine, kind) !== undefined;
      delete mine[kind];
    }
    const { [profile]: _old, ...others } = secrets;
    const next = { ...mine, ...kept };
    const all = Object.keys(next).length === 0 ? others : { ...others, [profile]: next };
    if (Object.keys(all).length === 0 && text === '') return text;
    return HEADER + stringify(all);
  });
  return removed;
}

function secretsOf(text: string, path: string): Secrets {
  const damaged = () =>
    new OtpctlError(
      'config-invalid',
      `${printable(path)} is not what otpctl wrote`,
      `look at it, or remove it and sign in again`,
    );
  let root: TomlTable;
  try {
    root = parse(text);
  } catch {
    // The error of the parser is not passed on: it quotes the lines around the mistake, and they are secrets.
    throw damaged();
  }
  const entries = Object.entries(root);
  const table = (value: unknown) =>
    typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string');
  if (!entries.every(([, value]) => table(value))) throw damaged();
  return root as Secrets;
}

function own<T>(table: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
