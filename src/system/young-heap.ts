import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap of young objects as small as it is now. V8 lets it grow to a hundred megabytes and more in a process
 * that makes many objects, whether that has use for them or not.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
