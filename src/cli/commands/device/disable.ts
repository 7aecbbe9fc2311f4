import { transitionCommand } from '../../device/transition-command.ts';

export const command = transitionCommand(
  'disable',
  'disable devices',
  'Takes created, enabled and locked devices to disabled: no code of theirs is accepted.',
);
