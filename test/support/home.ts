import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** A home folder of a test's own, taken away after it. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** The environment of a user who has just come to this machine. */
export function environmentOf(home: string, more: Record<string, string> = {}): Record<string, string> {
  return { HOME: home, PATH: process.env['PATH'] ?? '', ...more };
}

/** The key files of a home, whole paths. */
export function keyFilesOf(home: string): string[] {
  const folder = join(home, '.config/otpctl/keys');
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** Where the default store of a home is. */
export const storeOf = (home: string): string => join(home, '.local/share/otpctl/otpctl.db');

/** A home folder of all the tests of a file, made before the first of them and taken away after the last. */
export function homeOfFile(): () => string {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  return () => home;
}
