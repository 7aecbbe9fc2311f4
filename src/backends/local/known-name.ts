import { refuseNewName } from '../../domain/text/new-name.ts';
import { userName } from '../../domain/user.ts';
import type { DeviceWriter } from '../../ports/store/device-writer.ts';

/** How a user's name was first written; a name that is new must be one that is still given. Errors: `invalid-value`. */
export function knownName(writer: Pick<DeviceWriter, 'spelling'>, given: string): string {
  const known = writer.spelling(given);
  if (known !== undefined) return known;
  const name = userName(given);
  refuseNewName(name, 'user');
  return name;
}
