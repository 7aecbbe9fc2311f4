import { transitionCommand } from '../../device/transition-command.ts';

export const command = transitionCommand(
  'unlock',
  'unlock devices',
  'Returns locked devices to the status that they had before, and sets their fails to 0.',
);
