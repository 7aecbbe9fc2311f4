import { OtpctlError } from '../../domain/errors.ts';
import { isNotUtf8 } from '../parse/not-utf8.ts';
import { type Io, writeTo } from './io.ts';

interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

type Validate = (text: string) => true | string;

interface PromptContext {
  readonly input: Io['stdin'];
  readonly output: Io['stderr'];
  readonly signal: AbortSignal;
}

/** What the library throws for Ctrl-C, and for a signal that was aborted. */
const CANCELLED: readonly string[] = ['ExitPromptError', 'AbortPromptError'];

/** Questions to a person. Where none can be asked, each is an error (`input-needed`), never a guess. */
export interface Prompts {
  /** Whether there is somebody to ask: stdin and stderr are terminals, stdin goes on, and nobody forbade it. */
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
  const wanted = allowed && io.environment['CI'] !== 'true';
  const terminals = () => io.stdin.isTTY === true && io.stderr.isTTY === true;
  // Who typed something else to its end (`--from -`, Ctrl-D) can answer nothing any more.
  const ended = () => io.stdin.readableEnded;
  const possible = () => wanted && terminals() && !ended();
  const cannotAsk = () => {
    if (!wanted) return 'cannot ask under --no-input or CI=true';
    return terminals() && ended() ? 'cannot ask after the end of stdin' : 'cannot ask without a terminal';
  };

  type Ask<T> = (library: typeof import('./inquirer.ts'), context: PromptContext) => Promise<T>;
  const ask = async <T>(missing: Missing, question: Ask<T>) => {
    if (!possible()) throw new OtpctlError('input-needed', missing.message, missing.hint);
    const { signal, release } = endOfAnswers(io);
    try {
      return await question(await import('./inquirer.ts'), { input: io.stdin, output: io.stderr, signal });
    } catch (error) {
      if (error instanceof Error && CANCELLED.includes(error.name)) throw new OtpctlError('cancelled', 'cancelled');
      throw error;
    } finally {
      release();
    }
  };

  return {
    get possible() {
      return possible();
    },
    confirm: (message) =>
      ask({ message: `${cannotAsk()}: ${message}`, hint: 'add  --yes  to go ahead' }, ({ confirm }, context) =>
        confirm({ message, default: false }, context),
      ),
    text: (message, validate, missing) =>
      ask(missing, ({ input }, context) => input({ message, validate: whole(validate) }, context)),
    async hidden(message, validate, missing) {
      // The library keeps what was typed after a refusal, where nobody sees it: each try starts anew.
      for (;;) {
        const text = await ask(missing, ({ password }, context) => password({ message, toggleMask: false }, context));
        const verdict = whole(validate)(text);
        if (verdict === true) return text;
        await writeTo(io.stderr, `> ${verdict}\n`);
      }
    },
    select: (message, choices) =>
      ask({ message: `${cannotAsk()}: ${message}`, hint: 'name one of them' }, ({ select }, context) =>
        select({ message, choices: [...choices] }, context),
      ),
  };
}

/** Of a terminal that speaks no UTF-8 something is lost before anybody looks. */
function whole(validate: Validate): Validate {
  return (text) =>
    isNotUtf8(text) ? 'what arrived is not UTF-8: look at the settings of the terminal' : validate(text);
}

/** Of codes: Enter alone is a slip, and not an attempt. */
export const someCode: Validate = (text) => text.trim() !== '' || 'type the code';

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

/** Aborted when no answer will come: Ctrl-D, on which the library would wait for ever, and a signal to the process. */
function endOfAnswers({ stdin, interruption }: Io): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const onKey = (_text: string | undefined, key: { ctrl?: boolean; name?: string } | undefined) => {
    if (key?.ctrl && key.name === 'd') abort();
  };
  stdin.on('keypress', onKey).on('end', abort);
  return {
    signal: AbortSignal.any([controller.signal, interruption]),
    release: () => {
      stdin.off('keypress', onKey).off('end', abort);
    },
  };
}
