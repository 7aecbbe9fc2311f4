import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { temporaryHome } from './home.ts';
import { skip } from './tools.ts';

/** A folder on a disk of its own, of so many kilobytes. */
export function smallDisk(context: TestContext, kilobytes: number): string {
  const folder = join(temporaryHome(), 'disk');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0700`, 'tmpfs', folder]);
  if (mounted.status !== 0) skip(context, 'no disk can be mounted here: root can');
  onTestFinished(() => {
    spawnSync('umount', [folder]);
  });
  return folder;
}
