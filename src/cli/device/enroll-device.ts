import type { Device } from '../../domain/device/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { printable } from '../../domain/text/printable.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Context } from '../context.ts';
import { someCode } from '../terminal/prompts.ts';
import { challengeSentence } from './challenge-view.ts';
import { createdView, shownSecret } from './created-device.ts';
import type { SetUpOutput } from './set-up-output.ts';

export interface EnrollOptions {
  /** Whether the first code is asked for: `asked` is by an option, `wizard` is unless no code can be sent yet. */
  readonly confirm: 'no' | 'asked' | 'wizard';
  readonly showSecret: boolean;
}

/**
 * Creates the device, shows its secret and, if asked to, has the first code entered. If that fails, the device is removed
 * again, since nobody could set it up.
 */
export async function enrollDevice(
  context: Context,
  backend: Backend,
  request: EnrollmentRequest,
  output: SetUpOutput | undefined,
  options: EnrollOptions,
): Promise<void> {
  const { device, otpauthUri } = await backend.create(request, context.origin);
  try {
    const secret =
      options.showSecret && otpauthUri !== undefined ? await shownSecret(otpauthUri, context.print.format) : {};
    const print = async (shown: Device) => {
      const out = await context.print.one(createdView(context.print.format), { ...shown, ...secret });
      if (!out)
        throw new OtpctlError('output-unreachable', 'stdout cannot be written, so the device was removed again');
    };
    // A person sees the device above the QR code, which fills the window; a script gets one object at the end.
    const early = context.print.format === 'table';
    if (otpauthUri !== undefined) await output?.write(otpauthUri);
    if (early) await print(device);
    if (otpauthUri !== undefined) await output?.draw(otpauthUri);
    const confirmed = options.confirm === 'no' ? undefined : await confirm(context, backend, device, options.confirm);
    if (!early) await print(confirmed ?? device);
    if (options.confirm === 'no') await nextStep(context, device);
    await output?.keep();
  } catch (error) {
    await removeAgain(context, backend, device);
    if (error instanceof OtpctlError && error.code === 'cancelled') {
      throw new OtpctlError('cancelled', `cancelled; device ${device.name} was removed again`);
    }
    throw error;
  }
}

/** Removes the device. If that fails too, a notice says so, and the first error is still the one that is reported. */
async function removeAgain(context: Context, backend: Backend, { id, name }: Device): Promise<void> {
  try {
    await backend.remove(id, { ...context.origin, reason: 'the enrolment was not finished' });
  } catch {
    await context.print.notice(
      `warning: device ${printable(name)} is still there: remove it with  ${commandLine(['device', 'delete', id])}`,
    );
  }
}

/** Asks for codes until one is accepted. Undefined if the wizard finds that no code can be sent yet. */
async function confirm(
  context: Context,
  backend: Backend,
  device: Device,
  mode: 'asked' | 'wizard',
): Promise<Device | undefined> {
  if (deviceTypes[device.type].challenge !== undefined) {
    const issued = await issueChallenge(context, backend, device, mode);
    if (!issued) return undefined;
  }
  const missing = { message: 'the first code cannot be asked for', hint: 'leave out  --confirm' };
  for (;;) {
    const code = await context.prompts.text(`first code of ${printable(device.name)}:`, someCode, missing);
    const verdict = await backend.verify(device.id, code, context.origin);
    if (verdict.success) {
      await context.print.notice(`${printable(device.name)} is enabled`);
      return await backend.find(device.id);
    }
    if (verdict.locked) {
      throw new OtpctlError('status-forbids', `too many wrong codes; device ${device.name} was removed again`);
    }
    await context.print.notice('that code is not right: try the next one, and check the clock of the device');
  }
}

async function issueChallenge(
  context: Context,
  backend: Backend,
  device: Device,
  mode: 'asked' | 'wizard',
): Promise<boolean> {
  try {
    await context.print.notice(challengeSentence(await backend.challenge(device.id, {}, context.origin)));
    return true;
  } catch (error) {
    if (mode !== 'wizard' || !(error instanceof OtpctlError) || error.code !== 'no-channel') throw error;
    await context.print.notice(`${printable(device.name)} is created; notice: ${printable(error.message)}`);
    return false;
  }
}

async function nextStep({ print }: Context, { id, name, type }: Device): Promise<void> {
  if (print.format !== 'table') return;
  const code = deviceTypes[type].challenge === undefined ? ['CODE'] : [];
  await print.notice(
    `${printable(name)} is created; its first code enables it:  ${commandLine(['device', 'verify', id, ...code])}`,
  );
}
