import type { BoundFilter } from '../query/bind-filter.ts';
import type { DeviceFilterAttribute } from '../query/device-schema.ts';
import type { Device, DeviceStatus, DeviceType } from './device.ts';

/** Which devices: every condition that is there must hold. */
export interface Selection {
  readonly user?: string;
  /** The exact name. */
  readonly name?: string;
  readonly types?: readonly DeviceType[];
  readonly statuses?: readonly DeviceStatus[];
  readonly filter?: BoundFilter;
  /** Words that are all contained in user or name, without case. */
  readonly words?: readonly string[];
}

/** In which order, and how many. Without a sort it is by id; ties are by id; missing values are last when ascending. */
export interface Page {
  readonly sortBy?: DeviceFilterAttribute;
  readonly descending?: boolean;
  readonly limit?: number;
  /** How many to pass over first. */
  readonly offset?: number;
  /** Is told of devices that cannot be read, which are then left out. Without it, one of them fails the whole list. */
  readonly unreadable?: (device: UnreadableDevice) => void;
}

/** A device with a value that nobody can read, such as a time that no calendar has. */
export interface UnreadableDevice extends Pick<Device, 'id' | 'name' | 'user' | 'status'> {
  readonly reason: string;
}
