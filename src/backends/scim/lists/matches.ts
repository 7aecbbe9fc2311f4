import type { Selection } from '../../../domain/device/selection.ts';
import { fulfils } from '../../../domain/query/evaluate.ts';
import { fold, foldText } from '../../../domain/user.ts';
import { judgedResource, type RemoteDevice } from '../devices/device-resource.ts';
import type { ReadMoment } from '../devices/zone-time.ts';

/** Whether a device is one of a selection: what the local store would say of it, with all that the server said. */
export function createMatcher(
  { user, name, types, statuses, filter, words }: Selection,
  readMoment: ReadMoment,
): (found: RemoteDevice) => boolean {
  const wantedUser = user === undefined ? undefined : fold(user);
  const wantedWords = words?.map(foldText) ?? [];
  return (found) => {
    const { device } = found;
    if (wantedUser !== undefined && fold(device.user) !== wantedUser) return false;
    if (name !== undefined && device.name !== name) return false;
    if (types !== undefined && !types.includes(device.type)) return false;
    if (statuses !== undefined && !statuses.includes(device.status)) return false;
    if (wantedWords.length > 0) {
      const texts = [foldText(device.user), foldText(device.name)];
      if (!wantedWords.every((word) => texts.some((text) => text.includes(word)))) return false;
    }
    return filter === undefined || fulfils(filter, judgedResource(found, readMoment));
  };
}
