import { OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { cellsOf } from '../../domain/run/run-row.ts';
import { userName } from '../../domain/user.ts';
import { auditView } from '../../output/audit-view.ts';
import { deviceView } from '../../output/device-view.ts';
import { jsonObject, toJson } from '../../output/json.ts';
import { defaultColumns } from '../../output/view.ts';
import { EXIT } from '../exit-codes.ts';
import { READS } from '../parse/command-globals.ts';
import { defineCommand } from '../parse/define-command.ts';
import { windowOf } from '../terminal/io.ts';
import { type Advice, adviceOf } from '../why/why-advice.ts';
import { type WhyFacts, whyFacts } from '../why/why-facts.ts';
import { whyScreen } from '../why/why-screen.ts';

export const command = defineCommand({
  summary: 'say why a user cannot sign in: one screen for the phone call',
  notes: `Devices, the newest entries of the audit log, bulk runs, and the command that would help. In json,
one object: user, attributes, devices (each with challenge: true while a code is asked for), audit and runs
(null where the place keeps none), next (device, finding, command), notes. In a pipe nothing is cut off.`,
  arguments: [{ name: '<user>', description: 'the user' }],
  options: {},
  examples: [
    { does: 'somebody is on the phone', line: 'why ada' },
    { does: 'for a script: what would help', line: 'why ada -o json' },
  ],
  view: undefined,
  globals: [...READS, 'quiet'],
  async run(context, { arguments: [word = ''] }) {
    const { print, io, options } = context;
    if (print.format === 'csv') {
      throw new OtpctlError('usage', 'a screen is no table', 'write  -o json,  or see  otpctl device list --user USER');
    }
    const facts = await whyFacts(context, userName(word));
    const advice = adviceOf(facts);
    if (options.quiet) await print.raw(facts.devices.map(({ id }) => `${id}\n`).join(''));
    else if (print.format !== 'table')
      await print.raw(`${toJson(jsonOf(facts, advice), print.format === 'json' ? 2 : undefined)}\n`);
    else {
      await print.raw(await whyScreen(facts, advice, await print.look(), windowOf(io.stdout)));
    }
    return EXIT.done;
  },
});

/** The object that scripts depend on. */
function jsonOf(facts: WhyFacts, next: readonly Advice[]): Record<string, unknown> {
  const { user, about, devices, challenged, audit, runs, notes } = facts;
  return {
    user,
    attributes: about?.attributes ?? {},
    devices: devices.map((device) => ({
      ...jsonObject(device, defaultColumns(deviceView)),
      ...(challenged.has(device.id) && { challenge: true }),
    })),
    audit: audit?.map((entry) => jsonObject(entry, auditView.columns)) ?? null,
    runs:
      runs?.map(({ run, row }) => {
        const { id, name, from, to } = cellsOf(row);
        const { outcome, reason } = row;
        return {
          run: run.id,
          command: run.command,
          started: toIso(run.started),
          state: run.state,
          device: { id, name, from, to, outcome, ...(reason !== undefined && { reason }) },
        };
      }) ?? null,
    next,
    notes,
  };
}
