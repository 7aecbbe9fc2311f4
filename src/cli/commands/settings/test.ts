import { OtpctlError } from '../../../domain/errors.ts';
import { CHANNELS } from '../../../domain/provider-call/channel.ts';
import type { View } from '../../../output/view.ts';
import type { DeliveryStep } from '../../../ports/messenger.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { asText, option } from '../../parse/option.ts';
import { oneOf } from '../../parse/values.ts';

/** A step as it is shown. */
interface ShownStep extends DeliveryStep {
  /** True of the last one, where the message was not sent. */
  readonly failed?: true;
}

const stepView: View<ShownStep> = {
  columns: [
    { key: 'step', title: 'step', value: ({ step }) => step },
    { key: 'detail', title: 'detail', value: ({ detail }) => detail },
    { key: 'failed', title: 'failed', value: ({ failed }) => failed },
  ],
  table: ['step', 'detail'],
  wraps: true,
  id: ({ step }) => step,
};

export const command = defineCommand({
  summary: 'send a test message through a channel, and say how each step went',
  notes:
    'All is as with a real code, which is zeros here and good for nothing. The step that failed is the last one, and "step" of the error in json. A channel can be tested before it is enabled.',
  arguments: [{ name: '<channel>', description: 'email, sms or voice', choices: CHANNELS }],
  options: { to: option('--to <address>', 'an e-mail address or a phone number', asText) },
  examples: [
    { does: 'the mail server', line: 'settings test email --to ada@example.com' },
    { does: 'the SMS provider', line: 'settings test sms --to +34666555444' },
  ],
  view: stepView,
  globals: CHANGES,
  async run(context, { arguments: [word = ''], options }) {
    const channel = oneOf('channel', CHANNELS)(word);
    if (options.to === undefined)
      throw new OtpctlError('usage', 'it is not said who gets the message', 'add  --to ADDRESS');
    const { settings } = await context.backend();
    const steps: ShownStep[] = [];
    try {
      const { test } = offered(settings, 'to test its channels');
      await test(channel, options.to, context.origin, (step) => steps.push(step));
    } catch (error) {
      const step = error instanceof OtpctlError ? error.step : undefined;
      if (step !== undefined) steps.push({ step, detail: 'failed', failed: true });
      throw error;
    } finally {
      await context.print.list(stepView, steps.length > 0 ? [steps] : []);
    }
    return EXIT.done;
  },
});
