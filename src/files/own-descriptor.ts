import { fstatSync, readSync } from 'node:fs';
import { errnoOf } from './errno.ts';

/** How long to wait for a pipe that has nothing yet, in milliseconds. */
const GLANCE = 10;

/** The descriptor that a path names, as `<(gzip -d < ids.gz)` becomes `/dev/fd/63`: who started us opened it. */
export function ownDescriptor(path: string): number | undefined {
  if (path === '/dev/stdin') return 0;
  const number = /^\/(?:dev|proc\/self)\/fd\/([0-9]{1,6})$/.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Whether a descriptor is a pipe, or the socket that some programs have for one. */
export function isPipe(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}

/** Reads into a buffer, and waits for a pipe that another process made not to wait. */
export function readFrom(descriptor: number, buffer: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer);
    } catch (error) {
      if (errnoOf(error) === 'EOF') return 0;
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GLANCE);
    }
  }
}
