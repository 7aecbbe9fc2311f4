import type { Device } from '../../../domain/device/device.ts';
import { typeRules } from '../../../domain/device-types/index.ts';
import { printableLines } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import { changeDevices, confirmOrCancel } from '../../device/change-devices.ts';
import { BY_USER_ALL, DEVICES_ARGUMENT, namedDevices } from '../../device/named-devices.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

/** Devices that a question names one by one. */
const NAMED = 10;

const deletedView: View<{ readonly id: string }> = {
  columns: [
    { key: 'id', title: 'id', value: ({ id }) => id },
    { key: 'deleted', title: 'deleted', value: () => true },
  ],
  table: ['id', 'deleted'],
  id: ({ id }) => id,
};

export const command = defineCommand({
  summary: 'delete devices for good',
  notes: 'Nothing brings a deleted device back; the audit log keeps that it existed. To keep it, disable it.',
  arguments: [DEVICES_ARGUMENT],
  options: BY_USER_ALL,
  examples: [
    { does: 'one device, after a question', line: 'device delete TOTP00000001' },
    {
      does: 'all devices of somebody who left, from a script',
      line: 'device delete --user ada --all --yes --reason "left"',
    },
  ],
  view: deletedView,
  globals: ASKS,
  async run(context, { arguments: names, options }) {
    const backend = await context.backend();
    const devices = await namedDevices(context, backend, names, options);
    if (devices.length > 0) await confirmOrCancel(context, questionOf(devices));
    // The question is asked already, whatever their number.
    const asked = { ...context, options: { ...context.options, yes: true } };
    return changeDevices(asked, devices, {
      verb: 'delete',
      view: deletedView,
      apply: async ({ id }) => {
        await backend.remove(id, context.origin);
        return { id };
      },
    });
  },
});

function questionOf(devices: readonly Device[]): string {
  const lines = devices
    .slice(0, NAMED)
    .map(({ name, user, type }) => `  ${name} of ${user}: loses ${typeRules(type)?.lost ?? 'it'}`);
  const more = devices.length > NAMED ? [`  and ${devices.length - NAMED} more`] : [];
  const what = devices.length === 1 ? 'this device' : `these ${devices.length} devices`;
  return printableLines([`delete ${what} for good?`, ...lines, ...more].join('\n'));
}
