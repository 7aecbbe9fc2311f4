/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** What the comment right before it says: `<!-- runs in: server -->`, `<!-- not run: why -->`. */
  readonly note: string | undefined;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const [, language] = /^```(.*)$/.exec(lines[at] ?? '') ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`${page}:${at + 1}: a block without an end`);
    const [, note] = /^<!-- (.*) -->$/.exec(lines.slice(0, at).findLast((line) => line !== '') ?? '') ?? [];
    blocks.push({ page, line: at + 1, language, note, text: `${lines.slice(at + 1, end).join('\n')}\n` });
    at = end;
  }
  return blocks;
}
