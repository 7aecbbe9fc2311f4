import { hidden } from './identifier.ts';

/** Stands in a command for what no command line can say: the reader puts it there. */
const UNSAYABLE = 'NAME';

/**
 * A command of ours as it can be pasted into a shell: the words of a command line and its options, as the program is to
 * get them. What begins with a hyphen and is no option stays none.
 */
export function commandLine(words: readonly string[], options: Readonly<Record<string, string | true>> = {}): string {
  const given = Object.entries(options).map(([name, value]) =>
    optionOf(name.length === 1 ? `-${name}` : `--${name}`, value),
  );
  const dashed = words.findIndex((word) => word.startsWith('-'));
  if (dashed < 0) return ['otpctl', ...words.map(shellWord), ...given].join(' ');
  const [plain, rest] = [words.slice(0, dashed), words.slice(dashed)];
  // A hyphen alone is stdin to the program, and nothing else can be meant by it.
  const operands = rest.map((word) => (word === '-' ? UNSAYABLE : shellWord(word)));
  return ['otpctl', ...plain.map(shellWord), ...given, '--', ...operands].join(' ');
}

function optionOf(flag: string, value: string | true): string {
  if (value === true) return flag;
  return value.startsWith('-') ? `${flag}=${shellWord(value)}` : `${flag} ${shellWord(value)}`;
}

/** A path as one word that no program takes for an option. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith('-') ? `./${path}` : path);
}

/** What every shell leaves alone: not `=` or `@` first, which some expand. */
const PLAIN = /^[A-Za-z0-9_./:+,-][A-Za-z0-9_./:+,%@=-]*$/;

/**
 * A text as one word of a shell, for commands in hints: whatever it says, a shell that it is pasted into runs none of it
 * and passes on just that. One line that can be seen in full: what cannot is in `$'...'`, which sh (POSIX.1-2024), bash,
 * zsh and ksh read, and which is an error to fish.
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  // No argument of a program holds the one, and no UTF-8 the other.
  if (text.includes('\0') || !text.isWellFormed()) return UNSAYABLE;
  if (hidden().test(text)) return `$'${text.replace(/['\\!]/g, octal).replace(hidden(), octal)}'`;
  // Quotes and backslashes stand outside of the quotes: fish reads them inside.
  return (
    text
      .split(/(['\\])/)
      .map(quoted)
      .join('') || `''`
  );
}

function quoted(part: string): string {
  if (part === '') return '';
  return part === `'` || part === '\\' ? `\\${part}` : `'${part}'`;
}

/** Whether a text that somebody else wrote has nothing in it that a shell would run besides a command, were it pasted. */
export function runsNothingMore(text: string): boolean {
  return !/[;|&<>$`\n]/.test(text.replace(/'[^']*'/g, ''));
}

/** By its bytes, so that it is the same in every locale; of three digits, so that what follows is no part of it. */
function octal(found: string): string {
  return Array.from(new TextEncoder().encode(found), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
