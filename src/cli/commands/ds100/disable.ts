import { ds100StatusCommand } from '../../ds100/ds100-status-command.ts';

export const command = ds100StatusCommand('disable', 'Disabled');
