import type { Device } from '../../../domain/device/device.ts';
import { typeRules } from '../../../domain/device-types/index.ts';
import { challengeSentence, challengeView } from '../../device/challenge-view.ts';
import { BY_USER, DEVICE_ARGUMENT } from '../../device/named-devices.ts';
import { usableDevice } from '../../device/usable-device.ts';
import { EXIT } from '../../exit-codes.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseIneffective } from '../../parse/ineffective-options.ts';
import { flag } from '../../parse/option.ts';

export const command = defineCommand({
  summary: 'issue a challenge: send a code, or choose digits of a PIN',
  notes: 'For TOTP and HOTP it only names the device. The code itself is never printed.',
  arguments: [DEVICE_ARGUMENT],
  options: {
    ...BY_USER,
    resend: flag('--resend', 'send a new code although one is under way'),
    voice: flag('--voice', 'call instead of writing, for SMS devices'),
    ifEnrolled: flag('--if-enrolled', 'with --user: who never confirmed a device is exit 0 and a notice'),
  },
  examples: [
    { does: 'ask for digits of a PIN', line: 'device challenge --user ada --type pin' },
    { does: 'the same for a script', line: 'device challenge 4 -o json' },
    { does: 'call somebody who cannot read messages', line: 'device challenge --user ada --type sms --voice' },
  ],
  view: challengeView,
  globals: CHANGES,
  async run(context, { arguments: [name], options }) {
    const backend = await context.backend();
    const device = await usableDevice(context, backend, name, options);
    if (device === undefined) return EXIT.done;
    refuseIneffectiveSending(device, options);
    const receipt = await backend.challenge(
      device.id,
      { resend: options.resend ?? false, voice: options.voice ?? false },
      context.origin,
    );
    await context.print.one(challengeView, receipt, () => challengeSentence(receipt));
    return EXIT.done;
  },
});

/** What is said of a message has no effect on a device that gets none; a type that nobody knows here may get some. */
function refuseIneffectiveSending({ name, type }: Device, options: Readonly<Record<string, unknown>>): void {
  const rules = typeRules(type);
  if (rules === undefined || rules.channels !== undefined) return;
  refuseIneffective(options, ['resend', 'voice'], `on device ${name}: nothing is sent to one of type ${type}`);
}
