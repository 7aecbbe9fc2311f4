// Runs every benchmark, each in a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const name of ['start-up', 'verifications', 'lists', 'bulk', 'server', 'remote', 'rotation', 'migration']) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
