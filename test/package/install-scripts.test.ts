import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/process.ts';

interface Locked {
  readonly packages: Readonly<Record<string, { readonly name?: string; readonly hasInstallScript?: boolean }>>;
}

const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

it('names every package that has an install script here, and no other', () => {
  const { packages } = read('package-lock.json') as Locked;
  const { allowScripts } = read('package.json') as { readonly allowScripts: Readonly<Record<string, boolean>> };
  const having = Object.entries(packages).flatMap(([path, { name, hasInstallScript }]) =>
    hasInstallScript && path !== '' ? [name ?? path.replace(/^.*node_modules\//, '')] : [],
  );
  const optional = (name: string) => name === 'fsevents';
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(having)].filter((name) => !optional(name)).sort());
});
