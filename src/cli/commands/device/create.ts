import type { DeviceType } from '../../../domain/device/device.ts';
import { deviceTypes } from '../../../domain/device-types/index.ts';
import { enroll } from '../../../domain/enrollment/enroll.ts';
import {
  type EnrollmentRequest,
  type EnrollmentTerms,
  enrollmentTerms,
} from '../../../domain/enrollment/enrollment.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { appNotices } from '../../../domain/settings/app-notices.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../domain/settings/settings.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { userName } from '../../../domain/user.ts';
import type { Context } from '../../context.ts';
import { createdView } from '../../device/created-device.ts';
import { enrollDevice } from '../../device/enroll-device.ts';
import { askType, completeRequest } from '../../device/enrollment-questions.ts';
import { planSetUp, SET_UP_OPTIONS } from '../../device/set-up-output.ts';
import { EXIT } from '../../exit-codes.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { asText, defaulting, flag, type Given, option } from '../../parse/option.ts';
import { algorithm, bigCount, count, deviceType, TYPE_CHOICES } from '../../parse/values.ts';

export const command = defineCommand({
  summary: 'enrol a device',
  notes: `Types: totp, hotp, email, sms, pin. On a terminal, what is missing is asked for; without arguments it asks for
everything, and for the first code. An otpauth:// URI on stdin says digits, algorithm, period, counter, issuer and label
as well: options may say another issuer or counter, and not what would make other codes. The secret of a TOTP or HOTP
device comes out once, here, and never again.`,
  arguments: [{ name: '[type]', description: 'totp, hotp, email, sms or pin', choices: TYPE_CHOICES }],
  options: {
    user: option('--user <user>', 'whose device it is', userName),
    email: option('--email <address>', 'EMAIL: where codes go', asText),
    phone: option('--phone <number>', 'SMS: where codes go', asText),
    pinStdin: flag('--pin-stdin', 'PIN: read it from stdin'),
    digits: defaulting('the setting', option('--digits <n>', 'TOTP, HOTP: 6, 7 or 8', count('the number of digits'))),
    algorithm: defaulting(
      'the setting',
      option('--algorithm <name>', 'TOTP, HOTP: SHA1, SHA256 or SHA512', algorithm, ['SHA1', 'SHA256', 'SHA512']),
    ),
    period: defaulting('the setting', option('--period <seconds>', 'TOTP: 15 to 300', count('the period'))),
    counter: defaulting('0', option('--counter <n>', 'HOTP: the first counter', bigCount('the counter'))),
    issuer: defaulting(
      'the setting',
      option('--issuer <name>', 'TOTP, HOTP: who the app says that it is from', asText),
    ),
    secretStdin: flag(
      '--secret-stdin',
      'TOTP, HOTP: read an existing secret from stdin: Base32, hex, or an otpauth:// URI',
    ),
    allowWeakSecret: flag('--allow-weak-secret', 'take such a secret with 80 to 127 bits'),
    confirm: flag('--confirm', 'ask for the first code, and enable the device'),
    ...SET_UP_OPTIONS,
  },
  examples: [
    { does: 'a TOTP device, with its QR code in the terminal', line: 'device create totp --user ada --qr always' },
    {
      does: 'the same from a script, with the QR code in a file',
      line: 'device create totp --user ada --qr-file ada.png -o json',
    },
    { does: 'a PIN device', line: 'device create pin --user ada --pin-stdin < pin.txt' },
  ],
  view: createdView('json'),
  globals: CHANGES,
  async run(context, { arguments: [word], options }) {
    refuseHidden(context.options.columns, options);
    const type = word === undefined ? await askType(context.prompts) : deviceType(word);
    const confirm = options.confirm ? 'asked' : word === undefined ? 'wizard' : 'no';
    if (confirm !== 'no' && !context.prompts.possible) {
      throw new OtpctlError(
        'input-needed',
        'there is no terminal to ask for the first code on',
        'leave out  --confirm',
      );
    }
    const { qr: _qr, qrFile: _file, force: _force, showSecret = false, confirm: _confirm, ...described } = options;
    if (!deviceTypes[type].hasQr) refuseSetUp(type, options);
    const opened = (await context.isThere()) ? await context.backend() : undefined;
    const termsOf = async (user: string): Promise<EnrollmentTerms> =>
      opened?.enrollmentTerms(user) ?? enrollmentTerms(user, undefined, DEFAULT_SETTINGS);
    const { request, terms } = await completeRequest(context, type, described, termsOf);
    // Everything that can be wrong is found before a store is made or a device is in it.
    const { otpauthUri: sample } = enroll(
      { account: terms.account, ...request },
      terms.settings,
      (length) => new Uint8Array(length),
    );
    const output =
      sample &&
      (await planSetUp(context, options, sample.exposeText(), {
        confirms: confirm !== 'no',
        existingSecret: request.secret !== undefined,
      }));
    try {
      const backend = opened ?? (await context.backend('create'));
      await sayWhatToMind(context, request, terms.settings);
      await enrollDevice(context, backend, request, output, { confirm, showSecret });
    } finally {
      output?.discard();
    }
    return EXIT.done;
  },
});

/** What the standards hold against a type, what apps ignore, and that no channel can carry its codes yet: a line each. */
async function sayWhatToMind({ print }: Context, request: EnrollmentRequest, settings: Settings): Promise<void> {
  const { caution, channels = [] } = deviceTypes[request.type];
  if (caution !== undefined) await print.notice(`notice: ${caution}`);
  for (const notice of appNotices(request)) await print.notice(notice);
  if (channels.length === 0 || channels.some((channel) => settings[channel].enabled)) return;
  const ways = channels.map((channel) => commandLine(['settings', 'set', `${channel}.enabled=true`])).join(' or ');
  await print.notice(`warning: it cannot be challenged before a channel is enabled: ${ways}`);
}

function refuseSetUp(type: DeviceType, given: Given<typeof SET_UP_OPTIONS>): void {
  const wanted = Object.keys(SET_UP_OPTIONS).some((key) => given[key as keyof typeof given] !== undefined);
  if (wanted) throw new OtpctlError('invalid-value', `a device of type ${type} has no secret to show and no QR code`);
}

/** `--columns` must not leave out the secret that was asked for. */
function refuseHidden(columns: readonly string[] | undefined, { showSecret }: { readonly showSecret?: boolean }): void {
  if (!showSecret || columns === undefined || columns.includes('otpauthUri') || columns.includes('secret')) return;
  throw new OtpctlError('usage', '--columns leaves out what --show-secret asks for', 'add  otpauthUri  or  secret');
}
