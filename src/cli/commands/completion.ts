import { type COMPLETION_FILES, completionScript } from '../completion-script.ts';
import { EXIT } from '../exit-codes.ts';
import { defineCommand } from '../parse/define-command.ts';
import { refuseOtherFormat } from '../parse/ineffective-options.ts';
import { oneOf } from '../parse/values.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const satisfies readonly (keyof typeof COMPLETION_FILES)[];

export const command = defineCommand({
  summary: 'print the completion script of a shell',
  notes: `It completes commands, options and their values; also devices, users, profiles, runs and settings
of the place that the command line names, as far as they are on this machine: no server is asked.`,
  arguments: [{ name: '<shell>', description: 'bash, zsh or fish', choices: SHELLS }],
  options: {},
  examples: [
    {
      does: 'bash, in this shell; what follows && in ~/.bashrc for every new one',
      line: 'completion bash > ~/.otpctl.bash && . ~/.otpctl.bash',
    },
    {
      does: 'zsh, into a folder that ~/.zshrc adds to fpath before compinit',
      line: 'completion zsh > ~/.zfunc/_otpctl',
    },
    { does: 'fish, for good', line: 'completion fish > ~/.config/fish/completions/otpctl.fish' },
  ],
  view: undefined,
  globals: [],
  async run(context, { arguments: [shell = ''] }) {
    refuseOtherFormat(context, 'completion is a script of a shell');
    await context.print.raw(completionScript(oneOf('shell', SHELLS)(shell)));
    return EXIT.done;
  },
});
