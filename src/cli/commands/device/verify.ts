import type { Device } from '../../../domain/device/device.ts';
import { isBarred } from '../../../domain/device/lifecycle.ts';
import { typeRules } from '../../../domain/device-types/index.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { Backend } from '../../../ports/backend.ts';
import type { Context } from '../../context.ts';
import { challengeSentence } from '../../device/challenge-view.ts';
import { BY_USER, DEVICE_ARGUMENT } from '../../device/named-devices.ts';
import { usableDevice } from '../../device/usable-device.ts';
import { printVerdict, verdictView } from '../../device/verdict.ts';
import { sayIfClockIsBehind } from '../../doctor/clock-check.ts';
import { EXIT } from '../../exit-codes.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { flag } from '../../parse/option.ts';
import { readValue } from '../../terminal/io.ts';
import { someCode } from '../../terminal/prompts.ts';

export const command = defineCommand({
  summary: 'verify a code: exit 0 when it is accepted, 1 when it is not',
  notes: `Without a code, on a terminal, it issues the challenge that the type needs, and asks. With --user, the argument is
the code, and the device is the one that was challenged last, else the newest enabled one. A code is accepted once; an
accepted one enables a device that was only created, where the device is named or was challenged.`,
  arguments: [DEVICE_ARGUMENT, { name: '[code]', description: 'the code; spaces and hyphens do not matter' }],
  options: {
    ...BY_USER,
    codeStdin: flag('--code-stdin', 'read the code from stdin'),
    ifEnrolled: flag('--if-enrolled', 'with --user: who never confirmed a device is exit 0 and a notice'),
  },
  examples: [
    { does: 'a code that a caller reads out', line: 'device verify --user ada 492039' },
    {
      does: 'from a script, without the code on the command line',
      line: 'device verify TOTP00000001 --code-stdin < code.txt',
    },
  ],
  view: verdictView,
  globals: CHANGES,
  async run(context, { arguments: given, options }) {
    const [name, typed, ...more] = options.user === undefined ? given : [undefined, ...given];
    if (more.length > 0) throw new OtpctlError('usage', 'more than one code is given');
    if (typed !== undefined && options.codeStdin) {
      throw new OtpctlError('usage', 'a code and --code-stdin exclude one another', 'give one of them');
    }
    const piped = options.codeStdin ? await codeFromStdin(context) : typed;
    if (piped === undefined && !context.prompts.possible) {
      throw new OtpctlError('input-needed', 'no code is given', 'give it as an argument, or with  --code-stdin');
    }
    const backend = await context.backend();
    const device = await usableDevice(context, backend, name, options);
    if (device === undefined) return EXIT.done;
    const code = piped ?? (await askForCode(context, backend, device));
    const verdict = await backend.verify(device.id, code, context.origin);
    const exit = await printVerdict(context, device, verdict);
    if (!verdict.success) await sayIfClockIsBehind(context, backend);
    if (verdict.resyncNeeded) {
      const name = printable(device.name);
      await context.print.notice(`${name} came back from a backup and accepts nothing until it is resynchronised`);
      await context.print.notice(
        `hint: take two consecutive codes:  ${commandLine(['device', 'resync', device.id, 'CODE1', 'CODE2'])}`,
      );
    }
    return exit;
  },
});

async function codeFromStdin({ io }: Context): Promise<string> {
  const code = await readValue(io.stdin);
  if (code !== '') return code;
  throw new OtpctlError('input-needed', 'there is no code on stdin', 'pipe it in, or give it as an argument');
}

async function askForCode(context: Context, backend: Backend, device: Device): Promise<string> {
  if (typeRules(device.type)?.challenge !== undefined && !isBarred(device.status)) {
    const receipt = await backend.challenge(device.id, {}, context.origin);
    await context.print.notice(challengeSentence(receipt));
  }
  const question = `code of ${printable(device.name)}:`;
  return context.prompts.text(question, someCode, { message: 'no code is given', hint: 'give it as an argument' });
}
