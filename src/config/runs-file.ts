import { dirname, isAbsolute, join } from 'node:path';
import { pathsOf, type Surroundings } from './paths.ts';

/** Where the journal of bulk runs on remote places is: the state folder of the platform, or beside the store. */
export function runsFile(surroundings: Surroundings): string {
  const { platform, home, environment } = surroundings;
  if (platform === 'darwin' || platform === 'win32') return join(dirname(pathsOf(surroundings).store), 'runs.db');
  const given = environment['XDG_STATE_HOME'];
  const state = given !== undefined && isAbsolute(given) ? given : join(home('runs'), '.local', 'state');
  return join(state, 'otpctl', 'runs.db');
}
