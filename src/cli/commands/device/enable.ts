import { transitionCommand } from '../../device/transition-command.ts';

export const command = transitionCommand(
  'enable',
  'enable devices',
  'Takes created, locked and disabled devices to enabled, and sets their fails to 0.',
);
