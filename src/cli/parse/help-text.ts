import type { Command } from './define-command.ts';
import { TOPICS } from './help-topics.ts';

/** Columns of a line of help. */
const WIDTH = 80;

/** What help says of a command below its options. */
export function notesAndExamples({ notes, examples }: Command): string {
  const said = notes === undefined ? '' : `\n${wrapped(notes.replaceAll('\n', ' '))}\n`;
  const shown = examples.map(({ does, line }) => `  # ${does}\n  ${exampleLines(line)}`).join('\n\n');
  return `${said}\nExamples:\n${shown}\n\nOptions of every command:  otpctl --help`;
}

/** What the help of the whole says below the commands. */
export function topicsList(): string {
  const width = Math.max(...Object.keys(TOPICS).map((name) => name.length));
  const rows = Object.entries(TOPICS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `\nTopics:\n${rows.join('\n')}\n\nMore:  otpctl COMMAND --help,  otpctl help TOPIC`;
}

/** Breaks a text between words; two spaces, which set off a command, hold together. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/(?<! ) (?! )/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** A command line, broken between words as a shell reads it; an option keeps its value. */
function exampleLines(line: string): string {
  const parts: string[] = [];
  for (const word of `otpctl ${line}`.match(/(?:'[^']*'|"[^"]*"|[^ '"])+/g) ?? []) {
    const last = parts.at(-1);
    const isValue = last !== undefined && /^(?:--?[a-z-]+|[|<>&]+)$/.test(last) && !word.startsWith('-');
    if (isValue) parts[parts.length - 1] = `${last} ${word}`;
    else parts.push(word);
  }
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    // Room for the indent and the backslash.
    if (last !== undefined && last.length + part.length <= WIDTH - 7) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines.join(' \\\n    ');
}
