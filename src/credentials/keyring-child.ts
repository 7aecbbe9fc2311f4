// A process of its own for the OS keyring, whose library may hang for good: who started it ends it. Instructions come
// on stdin, the answer goes to stdout; secrets are in neither arguments nor environment.

import { readFileSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { KeyringAnswer, KeyringTask } from './keyring.ts';
import { loadOwn } from './own-module.ts';

const SERVICE = 'otpctl';
/** The folder of this package: this file is in a folder of `src` or of `dist`. */
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

/** What the loader of the system holds against the library, which itself names no more than where it looked. */
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
