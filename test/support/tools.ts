import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

/** Skips a test, with its reason, on a machine that lacks a tool. */
export function needs(context: TestContext, tool: string, debianPackage = tool): void {
  if (spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0) return;
  skip(context, `${tool} is not installed (Debian's package ${debianPackage})`);
}

/** Skips a test, with its reason; in CI, where everything is to be had, it is a failure. */
export function skip(context: TestContext, reason: string): void {
  if (process.env['OTPCTL_REQUIRE_ALL'] === '1') throw new Error(reason);
  context.skip(reason);
}
