import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, '../../src/bulk/young-heap.ts');

/** MiB of young objects in a process that makes many and keeps some of them for a while. */
function youngHeap(cap: boolean): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { capYoungHeap } from ${JSON.stringify(MODULE)};
    let kept = [];
    for (let at = 0; at < 3_000_000; at++) {
      kept.push({ at });
      if (kept.length > 200_000) kept = [];
      if (${cap} && at % 1000 === 0) capYoungHeap();
    }
    const young = getHeapSpaceStatistics().find((each) => each.space_name === 'new_space');
    console.log(young.space_size / 1024 / 1024);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

it('the heap of young objects stays small once it is told to, and would not by itself', () => {
  expect(youngHeap(true)).toBeLessThanOrEqual(16);
  expect(youngHeap(false)).toBeGreaterThan(16);
});
