/** What a device may have that not every type has. */
export const DEVICE_PARTS = [
  'secret',
  'email',
  'phone',
  'digits',
  'algorithm',
  'period',
  'counter',
  'lastStep',
  'drift',
  'resyncNeeded',
  'lastChannel',
] as const;
export type DevicePart = (typeof DEVICE_PARTS)[number];
