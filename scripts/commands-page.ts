// docs/commands.md, read off the registry.

import type { Argument } from '../src/cli/parse/define-command.ts';
import { GLOBAL_OPTIONS } from '../src/cli/parse/global-options.ts';
import { TOPICS } from '../src/cli/parse/help-topics.ts';
import { described, type Option, type Options } from '../src/cli/parse/option.ts';
import { COMMANDS, NOUNS } from '../src/cli/parse/registry.ts';

export async function commandsPage(): Promise<string> {
  const sections = await Promise.all(COMMANDS.map(async ({ name, load }) => ({ name, ...(await load()) })));
  const groups = [...Object.entries(NOUNS)].map(([noun, about]) => ({
    title: noun,
    about,
    commands: sections.filter(({ name }) => name.startsWith(`${noun} `)),
  }));
  const alone = sections.filter(({ name }) => !name.includes(' '));
  const topics = await Promise.all(
    Object.entries(TOPICS).map(async ([name, { load }]) => `### ${name}\n\n\`\`\`text\n${await load()}\`\`\`\n`),
  );
  return `# Commands

This page is generated: \`npm run generate\` writes it from the commands themselves. \`otpctl COMMAND --help\` says the same.

\`otpctl [global options] COMMAND [arguments] [options]\`. Global options stand before the command or after it.

${COMMANDS.length} commands: ${[...groups.map(({ title }) => link(title)), ...alone.map(({ name }) => link(name))].join(', ')}.
Topics: ${Object.keys(TOPICS).map(link).join(', ')}.

## Global options

${optionTable(GLOBAL_OPTIONS)}
${groups.map(({ title, about, commands }) => `## ${title}\n\n${about}\n\n${commands.map(section).join('\n')}`).join('\n')}
## Alone

${alone.map(section).join('\n')}
## Topics

${topics.join('\n')}`;
}

const link = (text: string) => `[${text}](#${text})`;

interface Section {
  readonly name: string;
  readonly summary: string;
  readonly notes?: string;
  readonly arguments: readonly Argument[];
  readonly options: Options;
  readonly examples: readonly { readonly does: string; readonly line: string }[];
}

function section({ name, summary, notes, arguments: positions, options, examples }: Section): string {
  const usage = [
    'otpctl',
    name,
    ...positions.map((each) => each.name),
    ...(Object.keys(options).length > 0 ? ['[options]'] : []),
  ];
  const rows = positions.map((each) => `| \`${each.name}\` | ${cell(each.description)} |`);
  return [
    `### ${name}\n`,
    `${summary}\n`,
    `\`\`\`text\n${usage.join(' ')}\n\`\`\`\n`,
    ...(notes === undefined ? [] : [`${notes}\n`]),
    ...(rows.length > 0 ? [`| argument | |\n|---|---|\n${rows.join('\n')}\n`] : []),
    ...(Object.keys(options).length > 0 ? [optionTable(options)] : []),
    `\`\`\`text\n${examples.map(({ does, line }) => `# ${does}\notpctl ${line}`).join('\n\n')}\n\`\`\`\n`,
  ].join('\n');
}

function optionTable(options: Options): string {
  const rows = Object.values(options).map(
    (option: Option<unknown>) => `| \`${option.flags}\` | ${cell(described(option))} |`,
  );
  return `| option | |\n|---|---|\n${rows.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
