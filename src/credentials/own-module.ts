import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Loads a package, or a file of it, that belongs to the package at `root`: from its own `node_modules`, or from the `node_modules` that it
 * is installed in itself, where npm lays what several need. Node would go on to every folder above, and take what
 * anybody put into `/home/node_modules`. Throws for one that is not there.
 */
export function loadOwn(name: string, root: string, file = ''): unknown {
  const above = dirname(resolve(root));
  const folders = [join(root, 'node_modules'), ...(basename(above) === 'node_modules' ? [above] : [])];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(join(path, 'package.json')));
  if (found === undefined) throw new Error(`Cannot find module '${name}'`);
  return createRequire(join(found, 'package.json'))(join(found, file));
}
