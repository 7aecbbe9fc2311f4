import type { Device } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { View } from '../../output/view.ts';
import type { Context } from '../context.ts';
import { EXIT, EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { printError, useColour } from '../terminal/printer.ts';

/** From so many devices on, a change asks first. */
const MANY = 11;

export interface Change<T> {
  /** The verb in questions: `disable`. */
  readonly verb: string;
  readonly view: View<T>;
  apply(device: Device): Promise<T>;
}

/**
 * Changes devices one after another, and prints them as they are then; as an array even if it is one. An error of a device
 * is reported, and the next one is tried: exit 6 if some were changed, else the exit code of the error.
 */
export async function changeDevices<T>(
  context: Context,
  devices: readonly Device[],
  { verb, view, apply }: Change<T>,
): Promise<ExitCode> {
  await confirmMany(context, devices.length, verb);
  const changed: T[] = [];
  const failures: OtpctlError[] = [];
  for (const device of devices) {
    try {
      changed.push(await apply(device));
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      failures.push(error);
    }
  }
  return printOutcome(context, view, changed, failures);
}

/** Asks before many devices are changed: it may be a mistake. */
export async function confirmMany(context: Context, count: number, verb: string): Promise<void> {
  if (count >= MANY) await confirmOrCancel(context, `${verb} ${count} devices?`);
}

/** Prints the changed devices, and the errors of the others. */
export async function printOutcome<T>(
  context: Context,
  view: View<T>,
  changed: readonly T[],
  failures: readonly OtpctlError[],
): Promise<ExitCode> {
  const [first, ...more] = failures;
  if (changed.length === 0 && first !== undefined && more.length === 0) throw first;
  if (changed.length > 0 || first === undefined) await context.print.list(view, changed.length > 0 ? [changed] : []);
  for (const failure of failures) {
    await printError(context.io, context.print.format, useColour(context.io, context.options), failure);
  }
  if (first === undefined) return EXIT.done;
  return changed.length > 0 ? EXIT.partly : EXIT_CODES[first.code];
}

/** Asks, unless `--yes`. Errors: `input-needed` where nobody can be asked, `cancelled` when the answer is no. */
export async function confirmOrCancel(context: Context, question: string): Promise<void> {
  if (context.options.yes || (await context.prompts.confirm(question))) return;
  throw new OtpctlError('cancelled', 'cancelled; nothing was changed');
}
