import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Bytes: with less, V8 collects all the time; with more it is not much faster (decision 0018). */
const ENOUGH = 8 * 1024 * 1024;

/**
 * Lets the part of the heap where V8 makes new objects grow no more once it is large enough. By itself it grows to a
 * hundred megabytes and more in a process that makes many objects, whether that has use for them or not.
 */
export function capYoungHeap(): void {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  if (young !== undefined && young.space_size >= ENOUGH) setFlagsFromString('--semi-space-growth-factor=1');
}
