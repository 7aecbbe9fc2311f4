/** A text as one word of a shell, for commands in hints: whatever it says, a shell that it is pasted into runs none of it. */
export function shellWord(text: string): string {
  return /^[\w.@%+=:,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
