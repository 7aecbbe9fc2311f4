import { SETTING_KEYS, SETTINGS } from '../../domain/settings/setting-rules.ts';
import { hasControlCharacters, printable } from '../../domain/text/printable.ts';
import { foldText } from '../../domain/user.ts';
import { CANDIDATE_KINDS, type Candidate, type CandidateKind, type Candidates } from '../../ports/store/candidates.ts';
import type { Context, CreateContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from '../parse/global-options.ts';
import { takeOptions } from '../parse/take-options.ts';
import { type Io, writeTo } from '../terminal/io.ts';

const MAX_NOTE = 60;

/**
 * Answers a completion script: `KIND PREFIX` and the options of the command line that choose a place. Prints a candidate a
 * line, with a tab and a note where there is one. Whatever goes wrong, there are none: nobody asked a question.
 */
export async function completeValues(argv: readonly string[], io: Io, createContext: CreateContext): Promise<ExitCode> {
  try {
    const [word, prefix = '', ...options] = argv;
    const kind = CANDIDATE_KINDS.find((known) => known === word);
    if (kind === undefined) return EXIT.done;
    const { context } = createContext(io, placeOptions(options));
    const candidates = begin(await found(kind, prefix, context), prefix);
    await writeTo(io.stdout, candidates.map(lineOf).join(''));
  } catch {
    // A shell that completes has no place for an error.
  }
  return EXIT.done;
}

async function found(
  kind: CandidateKind,
  prefix: string,
  { remote, candidates }: Context,
): Promise<readonly Candidate[]> {
  if (kind === 'profiles') {
    const profiles = await (await remote.profiles()).list();
    return profiles.map(({ name, server, store }) => ({ value: name, note: server?.url ?? store ?? '' }));
  }
  if (kind === 'settings') return settings(candidates);
  if (kind === 'assignments') return assignments(prefix, candidates);
  return candidates(kind, prefix);
}

/** Every setting, and what it is set to where that can be read. */
async function settings(candidates: Candidates): Promise<readonly Candidate[]> {
  const set = await candidates('settings', '').catch(() => []);
  return SETTING_KEYS.map(
    (key) => set.find(({ value }) => value === key) ?? { value: key, note: String(SETTINGS[key].default ?? '') },
  );
}

/** `key=`, and after it what is a value: of a setting that is on or off, both; else the value that it has. */
async function assignments(prefix: string, candidates: Candidates): Promise<readonly Candidate[]> {
  const at = prefix.indexOf('=');
  const keys = await settings(candidates);
  if (at < 0) return keys.map(({ value, ...rest }) => ({ value: `${value}=`, ...rest }));
  const key = SETTING_KEYS.find((known) => known === prefix.slice(0, at));
  if (key === undefined || SETTINGS[key].secret) return [];
  const values =
    typeof SETTINGS[key].default === 'boolean'
      ? ['true', 'false']
      : [keys.find(({ value }) => value === key)?.note ?? ''];
  return values.filter((value) => value !== '').map((value) => ({ value: `${key}=${value}` }));
}

/**
 * What begins exactly like that, or where nothing does, by its fold. What no shell can take in one line is left out, and
 * so is what the program would take for an option, unless a hyphen was typed where it can be a value.
 */
function begin(candidates: readonly Candidate[], prefix: string): readonly Candidate[] {
  const safe = candidates.filter(
    ({ value }) => value !== '' && !hasControlCharacters(value) && (prefix.startsWith('-') || !value.startsWith('-')),
  );
  const exact = safe.filter(({ value }) => value.startsWith(prefix));
  return exact.length > 0 ? exact : safe.filter(({ value }) => foldText(value).startsWith(foldText(prefix)));
}

function lineOf({ value, note = '' }: Candidate): string {
  return note === '' ? `${value}\n` : `${value}\t${printable(note).slice(0, MAX_NOTE)}\n`;
}

/** The options that choose a place; of one that is given twice the last counts, as the script has seen it. */
function placeOptions(argv: readonly string[]): GlobalOptions {
  const { profile, store, url } = GLOBAL_OPTIONS;
  const { given } = takeOptions(argv, { profile, store, url });
  return Object.fromEntries(given.map(({ key, text }) => [key, text]));
}
