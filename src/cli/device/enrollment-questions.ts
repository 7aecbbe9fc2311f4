import { DEVICE_TYPES, type DeviceType } from '../../domain/device/device.ts';
import type { Missing } from '../../domain/device-types/device-type.ts';
import { deviceTypes, refuseSwitchedOff } from '../../domain/device-types/index.ts';
import { emailAddress } from '../../domain/enrollment/contact.ts';
import type { EnrollmentOption, EnrollmentRequest, EnrollmentTerms } from '../../domain/enrollment/enrollment.ts';
import { phoneNumber } from '../../domain/enrollment/phone-number.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { userName } from '../../domain/user.ts';
import type { Context } from '../context.ts';
import { TYPE_CHOICES } from '../parse/values.ts';
import { readValue } from '../terminal/io.ts';
import { type Prompts, valid } from '../terminal/prompts.ts';
import { existingSecret } from './existing-secret.ts';

/** The options of `device create` that say what the device is. */
export interface EnrollmentOptions
  extends Partial<
    Pick<EnrollmentRequest, 'user' | 'email' | 'phone' | 'digits' | 'algorithm' | 'period' | 'counter' | 'issuer'>
  > {
  readonly pinStdin?: boolean;
  readonly secretStdin?: boolean;
  readonly allowWeakSecret?: boolean;
}

/** Asks for what the options leave open. Errors: `input-needed` if nobody can be asked. */
export async function completeRequest(
  context: Context,
  type: DeviceType,
  { pinStdin, secretStdin, allowWeakSecret = false, ...given }: EnrollmentOptions,
  termsOf: (user: string) => Promise<EnrollmentTerms>,
): Promise<{ readonly request: EnrollmentRequest; readonly terms: EnrollmentTerms }> {
  const { prompts, io } = context;
  if (pinStdin && secretStdin) throw new OtpctlError('usage', '--pin-stdin and --secret-stdin exclude one another');
  if (allowWeakSecret && !secretStdin) {
    throw new OtpctlError(
      'usage',
      '--allow-weak-secret is for a secret that exists already',
      'add  --secret-stdin,  or leave it out',
    );
  }
  // A secret that should come from a pipe may be typed at a terminal; it is not echoed then.
  const hiddenValue = (question: string) =>
    io.stdin.isTTY
      ? prompts.hidden(question, () => true, { message: 'stdin is a terminal', hint: 'pipe the value in' })
      : readValue(io.stdin);
  // Checked before anything is read, so that nobody types in what is then refused.
  if (pinStdin && !deviceTypes[type].options.includes('pin')) throw invalid(`a device of type ${type} has no PIN`);
  if (secretStdin && !deviceTypes[type].options.includes('secret')) {
    throw invalid(`a device of type ${type} has no secret of its own`);
  }
  const user = given.user ?? (await askUser(prompts));
  const terms = await termsOf(user);
  refuseSwitchedOff(type, terms.settings, `no ${type} device can be created`);
  const request: EnrollmentRequest = {
    ...given,
    type,
    user,
    ...(pinStdin && { pin: Secret.ofText(await hiddenValue('PIN:')) }),
    ...(secretStdin && existingSecret(await hiddenValue('secret:'), type, given, allowWeakSecret)),
  };
  const answers: Record<string, unknown> = {};
  for (const [option, missing] of Object.entries(deviceTypes[type].required)) {
    const isGiven = request[option as EnrollmentOption] !== undefined;
    if (!isGiven) answers[option] = await QUESTIONS[option]?.(prompts, missing, terms);
  }
  return { request: { ...request, ...answers }, terms };
}

export function askType(prompts: Prompts): Promise<DeviceType> {
  if (!prompts.possible) {
    throw new OtpctlError('input-needed', 'no device type is given', `the types are ${TYPE_CHOICES.join(', ')}`);
  }
  const choices = DEVICE_TYPES.map((type) => ({ name: `${type.padEnd(6)} ${deviceTypes[type].title}`, value: type }));
  return prompts.select('type of the device:', choices);
}

function askUser(prompts: Prompts): Promise<string> {
  return prompts.text('user:', valid(userName), { message: 'no user is given', hint: 'add  --user NAME' });
}

type Question = (prompts: Prompts, missing: Missing, terms: EnrollmentTerms) => Promise<unknown>;

/** How a required option is asked for. Where nobody can be asked, what is missing is the error. */
const QUESTIONS: Partial<Record<string, Question>> = {
  email: (prompts, missing) => prompts.text('e-mail address:', valid(emailAddress), missing),
  phone: (prompts, missing) => prompts.text('phone number:', valid(phoneNumber), missing),
  pin: async (prompts, missing, { settings }) => {
    const { minLength } = settings.pin;
    const isPin = (text: string) => text.length >= minLength && text.length <= 64 && /^[0-9]+$/.test(text);
    const first = await prompts.hidden('PIN:', (text) => isPin(text) || `at least ${minLength} digits`, missing);
    await prompts.hidden('PIN again:', (text) => text === first || 'not the same PIN', missing);
    return Secret.ofText(first);
  },
};
