import { OtpctlError } from '../domain/errors.ts';
import { type Io, writeTo } from './io.ts';

interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

type Validate = (text: string) => true | string;

/** Questions to a person. Where none can be asked, each is an error (`input-needed`), never a guess. */
export interface Prompts {
  /** Whether there is somebody to ask: stdin and stderr are terminals, and nobody forbade it. */
  readonly possible: boolean;
  confirm(question: string): Promise<boolean>;
  text(question: string, validate: Validate, missing: Missing): Promise<string>;
  hidden(question: string, validate: Validate, missing: Missing): Promise<string>;
  select<T>(question: string, choices: readonly Choice<T>[]): Promise<T>;
}

/** What to say when a value is missing and cannot be asked for. */
interface Missing {
  readonly message: string;
  readonly hint: string;
}

export function createPrompts(io: Io, allowed: boolean): Prompts {
  const possible = () =>
    allowed && io.environment['CI'] !== 'true' && io.stdin.isTTY === true && io.stderr.isTTY === true;

  type Ask<T> = (
    library: typeof import('./inquirer.ts'),
    streams: { input: Io['stdin']; output: Io['stderr'] },
  ) => Promise<T>;
  const ask = async <T>(missing: Missing, question: Ask<T>) => {
    if (!possible()) throw new OtpctlError('input-needed', missing.message, missing.hint);
    try {
      return await question(await import('./inquirer.ts'), { input: io.stdin, output: io.stderr });
    } catch (error) {
      if (error instanceof Error && error.name === 'ExitPromptError') throw new OtpctlError('cancelled', 'cancelled');
      throw error;
    }
  };

  return {
    get possible() {
      return possible();
    },
    confirm: (message) =>
      ask(
        { message: `cannot ask without a terminal: ${message}`, hint: 'add  --yes  to go ahead' },
        ({ confirm }, streams) => confirm({ message, default: false }, streams),
      ),
    text: (message, validate, missing) => ask(missing, ({ input }, streams) => input({ message, validate }, streams)),
    async hidden(message, validate, missing) {
      // The library keeps what was typed after a refusal, where nobody sees it: each try starts anew.
      for (;;) {
        const text = await ask(missing, ({ password }, streams) => password({ message, toggleMask: false }, streams));
        const verdict = validate(text);
        if (verdict === true) return text;
        await writeTo(io.stderr, `> ${verdict}\n`);
      }
    },
    select: (message, choices) =>
      ask({ message: `cannot ask without a terminal: ${message}`, hint: 'name one of them' }, ({ select }, streams) =>
        select({ message, choices: [...choices] }, streams),
      ),
  };
}

/** A validator of prompts from a function that throws what is wrong. */
export function valid(check: (text: string) => unknown): Validate {
  return (text) => {
    try {
      check(text);
      return true;
    } catch (error) {
      if (error instanceof OtpctlError) return error.message;
      throw error;
    }
  };
}
