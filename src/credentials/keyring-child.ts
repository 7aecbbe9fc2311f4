// A process of its own for the OS keyring, whose library may hang for good: who started it ends it. Instructions come
// on stdin, the answer goes to stdout; secrets are in neither arguments nor environment.

import { readFileSync, writeFileSync } from 'node:fs';
import type { KeyringAnswer, KeyringTask } from './keyring.ts';

const SERVICE = 'otpctl';

async function answer(): Promise<KeyringAnswer> {
  try {
    const { default: keytar } = await import('keytar');
    const task = JSON.parse(readFileSync(0, 'utf8')) as KeyringTask;
    const found: (string | null)[] = [];
    const removed: boolean[] = [];
    for (const account of task.remove ?? []) removed.push(await keytar.deletePassword(SERVICE, account));
    if (task.set !== undefined) await keytar.setPassword(SERVICE, task.set.account, task.set.secret);
    for (const account of task.find ?? []) found.push(await keytar.getPassword(SERVICE, account));
    return { found, removed: removed.includes(true) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

answer().then((found) => writeFileSync(1, JSON.stringify(found)));
