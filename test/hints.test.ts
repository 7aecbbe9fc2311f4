import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/parse/registry.ts';

const SRC = join(import.meta.dirname, '../src');

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Where a command of ours begins, and what it runs into: two spaces or a comma set it off from the text around it. */
const NOUNS = [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0])), 'help', 'completion', '-'].join('|');
const OURS = new RegExp(String.raw`otpctl (?:$|(?:${NOUNS})(?:(?!  |,  |\n|\x60).)*$)`);
/** A command of others, or an option, that what is put in follows. */
const OTHERS =
  /(?:^| {2}|: )(?:chmod|chown|cp|curl|df|export|kill|ln|ls|mkdir|mv|rm|sudo|systemctl)\b(?:(?! {2}).)*$|(?:^|\s)--[a-z-]+[ =]$/;

/** What says `otpctl` and something else, and is for no shell. */
const NO_COMMANDS: Readonly<Record<string, number>> = {
  // The examples of help, which are written in the source.
  'cli/parse/help-text.ts': 1,
  // A bug, with its version.
  'start.ts': 1,
};

/** The text of commands that are put together by anything but the one function. `file` is relative to src. */
function violations(file: string, text: string): string[] {
  const found: string[] = [];
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) return [`${file} cannot be read`];
  const tell = (node: Node, text: string) => found.push(`${file}:${node['start']} ${text}`);
  walk(program as unknown as Node, (node) => {
    const wrong = node.type === 'TemplateLiteral' ? wrongIn(node) : undefined;
    if (wrong !== undefined) tell(node, wrong);
    if (node.type === 'BinaryExpression' && node['operator'] === '+') {
      const said = textOf(node['left'] as Node);
      if (said !== undefined && (OURS.test(said) || OTHERS.test(said))) tell(node, said);
    }
    if (node.type === 'MemberExpression') {
      const said = textOf(node['object'] as Node);
      if (said !== undefined && /otpctl /.test(said)) tell(node, said);
    }
    if (node.type === 'ArrayExpression') {
      const first = textOf((node['elements'] as (Node | null)[])[0] ?? undefined);
      if (first === 'otpctl') tell(node, first);
    }
  });
  return found;
}

function wrongIn(template: Node): string | undefined {
  const quasis = template['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
  let said = '';
  for (const [at, expression] of (template['expressions'] as Node[]).entries()) {
    said += quasis[at]?.value.cooked;
    const callee = ((expression['callee'] ?? {}) as { readonly name?: string }).name;
    if (OURS.test(said)) return said;
    if (OTHERS.test(said) && callee !== 'shellPath' && callee !== 'shellWord') return said;
    said += 'X';
  }
  return undefined;
}

/** The text at the end of an expression, where it is written there. */
function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node?.type === 'BinaryExpression') return textOf(node['right'] as Node);
  if (node?.type !== 'TemplateLiteral') return undefined;
  return (node['quasis'] as { readonly value: { readonly cooked: string } }[]).at(-1)?.value.cooked;
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) {
      if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, visit);
    }
  }
}

describe('a command in a hint', () => {
  it('is put together by one function, in every source file', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(60);
    const found = files
      .filter((file) => file !== 'domain/text/command-line.ts')
      .map((file) => [file, violations(file, readFileSync(join(SRC, file), 'utf8'))] as const);
    const wrong = found.filter(([file, texts]) => texts.length > (NO_COMMANDS[file] ?? 0));
    expect(wrong.flatMap(([, texts]) => texts)).toEqual([]);
    for (const [file, count] of Object.entries(NO_COMMANDS)) {
      expect([file, found.find(([name]) => name === file)?.[1].length]).toEqual([file, count]);
    }
  });

  it.each([
    '`see  otpctl device show ${id}`',
    '`see  otpctl device show ${shellWord(id)}`',
    '`otpctl ${verb} 5`',
    '`run otpctl device ${verb} ${id}, and again`',
    '`look at  otpctl audit list --device ${device.id},  and enrol again`',
    '`${what}; take it back with  otpctl bulk undo ${id}`',
    "'see  otpctl device show ' + id",
    "'see  otpctl device show ' + kind + ' ' + id",
    "'otpctl device show ID'.replace('ID', id)",
    "'see  otpctl device show '.concat(id)",
    "['otpctl', 'device', 'show', id].join(' ')",
    '`mend it with  chmod 600 ${path}`',
    '`look with  ls -l ${printable(path)}`',
    '`take it away with  --attr ${key}=`',
    '`narrow it with  --user=${user}`',
  ])('is refused:  %s', (expression) => {
    expect(violations('cli/x.ts', `const hint = ${expression};`)).not.toEqual([]);
  });

  it.each([
    "`see  ${commandLine(['device', 'show', id])}`",
    '`user ${user} has none: see  otpctl device list`',
    '`see  otpctl doctor,  and then ${what}`',
    '`the store ${path} has what no otpctl wrote`',
    '`and this otpctl knows ${newest}`',
    '`mend it with  chmod 600 ${shellPath(path)}`',
    '`the key --${name} has`',
  ])('is passed:  %s', (expression) => {
    expect(violations('cli/x.ts', `const hint = ${expression};`)).toEqual([]);
  });
});
