// Everything that is read off the command registry, by the path that it is kept at.

import { commandsPage } from './commands-page.ts';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { readTree } from './completion/tree.ts';
import { zshScript } from './completion/zsh.ts';

export async function generated(): Promise<Readonly<Record<string, string>>> {
  const tree = await readTree();
  return {
    'completions/otpctl.bash': bashScript(tree),
    'completions/_otpctl': zshScript(tree),
    'completions/otpctl.fish': fishScript(tree),
    'docs/commands.md': await commandsPage(),
  };
}
