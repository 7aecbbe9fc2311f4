// A child process that asks the OS keyring. The library may hang for ever, so the parent kills the child. The task comes on
// stdin and the answer goes to stdout, so no secret is in the arguments or the environment.

import { readFileSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { KeyringAnswer, KeyringTask } from './keyring.ts';
import { loadOwn } from './own-module.ts';

const SERVICE = 'otpctl';
/** The root of this package: two folders above this file, in `src` and in `dist`. */
const ROOT = join(import.meta.dirname, '../..');

async function answer(): Promise<KeyringAnswer> {
  try {
    const keytar = loadOwn('keytar', ROOT) as typeof import('keytar');
    const task = JSON.parse(readFileSync(0, 'utf8')) as KeyringTask;
    const found: (string | null)[] = [];
    const removed: boolean[] = [];
    for (const account of task.remove ?? []) removed.push(await keytar.deletePassword(SERVICE, account));
    if (task.set !== undefined) await keytar.setPassword(SERVICE, task.set.account, task.set.secret);
    for (const account of task.find ?? []) found.push(await keytar.getPassword(SERVICE, account));
    return { found, removed: removed.includes(true) };
  } catch (error) {
    return { error: whyNotLoaded() ?? messageOf(error) };
  }
}

/** Why the system could not load the library: the error of the package only lists where it looked. */
function whyNotLoaded(): string | undefined {
  try {
    loadOwn('keytar', ROOT, `prebuilds/${platform()}-${arch()}/keytar.node`);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

answer().then((found) => writeFileSync(1, JSON.stringify(found)));
