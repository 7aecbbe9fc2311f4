import { STATUS_WORDS } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { proposeChosen } from '../../bulk/bulk-chosen.ts';
import { BULK_OPTIONS } from '../../bulk/bulk-options.ts';
import { CHOICE_OPTIONS } from '../../bulk/bulk-selection.ts';
import { rowView } from '../../bulk/run-view.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { option } from '../../parse/option.ts';
import { deviceStatus } from '../../parse/values.ts';

export const command = defineCommand({
  summary: 'set the status of many devices',
  notes: `Without a selection nothing is selected: all devices are  --filter 'id pr'.`,
  arguments: [],
  options: {
    setStatus: option('--set-status <status>', 'created, enabled, locked or disabled', deviceStatus, STATUS_WORDS),
    ...CHOICE_OPTIONS,
    ...BULK_OPTIONS,
  },
  examples: [
    { does: 'lock all SMS devices', line: 'bulk update --set-status locked --type sms --max-percent 100' },
    { does: 'enable those that a file names', line: 'bulk update --set-status enabled --from ids.csv --yes' },
  ],
  view: rowView,
  globals: ASKS,
  async run(context, { options: { setStatus, ...options } }) {
    if (setStatus === undefined) {
      throw new OtpctlError('usage', 'there is no status to set', 'give  --set-status STATUS');
    }
    return proposeChosen(context, options, { command: 'update', to: setStatus });
  },
});
