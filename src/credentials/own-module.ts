import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Loads a package, or a file of it, for the package at `root`. It looks in two folders only: the `node_modules` of `root`,
 * and the `node_modules` in which `root` itself is installed, since npm puts shared packages there. `require` would also
 * look in every folder above, and so load what anybody has put into `/home/node_modules`. Throws if it is not there.
 */
export function loadOwn(name: string, root: string, file = ''): unknown {
  const above = dirname(resolve(root));
  const folders = [join(root, 'node_modules'), ...(basename(above) === 'node_modules' ? [above] : [])];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(join(path, 'package.json')));
  if (found === undefined) throw new Error(`Cannot find module '${name}'`);
  return createRequire(join(found, 'package.json'))(join(found, file));
}
