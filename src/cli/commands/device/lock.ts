import { transitionCommand } from '../../device/transition-command.ts';

export const command = transitionCommand(
  'lock',
  'lock devices',
  'Takes created and enabled devices to locked. A disabled device cannot be locked.',
);
