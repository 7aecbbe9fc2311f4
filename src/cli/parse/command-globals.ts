import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { Command, CommandGlobal } from './define-command.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from './global-options.ts';

/** Where a command works. */
export const PLACE = ['profile', 'store', 'url'] as const satisfies readonly CommandGlobal[];
/** How it reaches a server. */
export const NETWORK = ['timeout', 'insecureHttp'] as const satisfies readonly CommandGlobal[];
/** What the audit log keeps of a change. */
export const NOTES = ['reason', 'ticket'] as const satisfies readonly CommandGlobal[];

/** The `globals` of a command that only reads, of one that changes something, and of one that asks before it does. */
export const READS = [...PLACE, ...NETWORK] as const;
export const CHANGES = [...READS, ...NOTES] as const;
export const ASKS = [...CHANGES, 'yes'] as const;

/** What every command takes: errors have a format too, and `--columns` is checked against the view of each. */
const TAKEN_BY_ALL: readonly (keyof GlobalOptions)[] = ['output', 'columns', 'input', 'color', 'verbose'];

/** Whether a command takes a global option. */
export function takesGlobal({ globals, view }: Pick<Command, 'globals' | 'view'>, key: keyof GlobalOptions): boolean {
  if (key === 'quiet' && view !== undefined) return true;
  return TAKEN_BY_ALL.includes(key) || (globals as readonly string[]).includes(key);
}

/** Refuses a global option that a command would ignore: `--ticket` on a list looks like a search. Errors: `usage`. */
export function refuseOtherGlobals(command: Command, options: GlobalOptions, words: readonly string[]): void {
  for (const key of Object.keys(options) as (keyof GlobalOptions)[]) {
    if (takesGlobal(command, key)) continue;
    const [flag = ''] = /--[a-z-]+/.exec(GLOBAL_OPTIONS[key].flags) ?? [];
    throw new OtpctlError('usage', `${commandLine(words)} has no use for ${flag}`, `leave out  ${flag}`);
  }
}
