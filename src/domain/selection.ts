import type { DeviceAttribute, DeviceStatus, DeviceType } from './device.ts';

/** Which devices: every condition that is there must hold. */
export interface Selection {
  readonly user?: string;
  /** The exact name. */
  readonly name?: string;
  readonly types?: readonly DeviceType[];
  readonly statuses?: readonly DeviceStatus[];
}

/** In which order, and how many. Without a sort it is by id; ties are by id; missing values are last when ascending. */
export interface Page {
  readonly sortBy?: DeviceAttribute;
  readonly descending?: boolean;
  readonly limit?: number;
}
