import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { Command, GlobalUse } from './define-command.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from './global-options.ts';

/** Where a command works. */
export const PLACE = ['profile', 'store', 'url'] as const satisfies readonly GlobalUse[];
/** How it goes to a server. */
export const NETWORK = ['timeout', 'insecureHttp'] as const satisfies readonly GlobalUse[];
/** What the audit log keeps of a change. */
export const NOTES = ['reason', 'ticket'] as const satisfies readonly GlobalUse[];

/** The options of every command that one has a use for: who looks, who changes, and who asks before a change. */
export const READS = [...PLACE, ...NETWORK] as const;
export const CHANGES = [...READS, ...NOTES] as const;
export const ASKS = [...CHANGES, 'yes'] as const;

/** Every command has a use for these: errors have a format too; columns are held against what it prints. */
const ALWAYS: readonly (keyof GlobalOptions)[] = ['output', 'columns', 'input', 'color', 'verbose'];

/** Whether a command has a use for an option of every command. */
export function hasUseFor({ uses, view }: Pick<Command, 'uses' | 'view'>, key: keyof GlobalOptions): boolean {
  if (key === 'quiet' && view !== undefined) return true;
  return ALWAYS.includes(key) || (uses as readonly string[]).includes(key);
}

/** Refuses what would be ignored: `--ticket` on a list looks like a search. Errors: `usage`. */
export function refuseUseless(command: Command, options: GlobalOptions, words: readonly string[]): void {
  for (const key of Object.keys(options) as (keyof GlobalOptions)[]) {
    if (hasUseFor(command, key)) continue;
    const [flag = ''] = /--[a-z-]+/.exec(GLOBAL_OPTIONS[key].flags) ?? [];
    throw new OtpctlError('usage', `${commandLine(words)} has no use for ${flag}`, `leave out  ${flag}`);
  }
}
