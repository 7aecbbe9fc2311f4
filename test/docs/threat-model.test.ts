import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/process.ts';

/** What the table must speak of. */
const ASSETS = [
  'secrets and PINs at rest',
  'codes in flight',
  'verdicts',
  'audit log',
  'API keys',
  'credentials of channels',
  'terminals of operators',
  'files of operators',
  'availability of the server',
  'plans and runs',
  'backups',
  'directory of users',
  'remote credentials',
];

const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const section = /\n## Threat model\n(.*?)\n## /s.exec(text)?.[1] ?? '';
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:asset|-+) /.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

describe('the threat model', () => {
  it('has five cells in each row, and speaks of every asset', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
    const assets = new Set(rows.map(([asset]) => asset));
    expect(ASSETS.filter((asset) => !assets.has(asset))).toEqual([]);
  });

  it('names a test for each row, and each of them is there', () => {
    const named = rows.map(([, , , , tests = '']) => [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path));
    expect(named.filter((paths) => paths.length === 0)).toEqual([]);
    expect(named.flat().filter((path) => !path.endsWith('.test.ts') || !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
