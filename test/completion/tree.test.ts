import { describe, expect, it } from 'vitest';
import { readTree } from '../../scripts/completion/tree.ts';
import { takesGlobal } from '../../src/cli/parse/command-globals.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from '../../src/cli/parse/global-options.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';

describe('what completion offers of the options of every command', async () => {
  const { nodes } = await readTree();

  it.each(COMMANDS)('is what  $name  has a use for, and the columns that it prints', async ({ name, load }) => {
    const command = await load();
    const node = nodes.find(({ path }) => path === name);
    const words = [...(node?.options ?? []), ...(node?.globals ?? [])].map(({ word }) => word);
    expect(new Set(words).size).toBe(words.length);
    const own = Object.values(command.options).flatMap(({ flags }) => /--[a-z-]+/.exec(flags) ?? []);
    for (const [key, { flags }] of Object.entries(GLOBAL_OPTIONS)) {
      const [word = ''] = /--[a-z-]+/.exec(flags) ?? [];
      const prints = key !== 'columns' || command.view !== undefined;
      const useful = takesGlobal(command, key as keyof GlobalOptions) && prints;
      expect({ word, offered: words.includes(word) }).toEqual({ word, offered: useful || own.includes(word) });
    }
    const columns = node?.globals?.find(({ word }) => word === '--columns')?.value;
    expect(columns).toEqual(command.view && { list: [...new Set(command.view.columns.map(({ key }) => key))] });
  });
});
