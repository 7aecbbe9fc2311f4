import * as posix from 'node:path';
import type { Metafile } from 'esbuild';

/** The modules of the program and what each imports, as esbuild lists them; paths are relative, with `/` everywhere. */
export type Graph = Metafile['inputs'];

/** The part of modules of ours that several other parts need. */
const SHARED_PART = 'shared';

export interface Plan {
  /** The part that a module is in, by its path in the graph. */
  partOf(path: string): string | undefined;
  /** Each part, and the modules of it that other parts ask for. */
  readonly given: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The name of a file in a graph. `root` and `file` are as this machine writes them: on Windows with `\`. */
export function pathInGraph(root: string, file: string, { relative, sep } = posix): string {
  return relative(root, file).replaceAll(sep, '/');
}

/**
 * Puts each module into one part. The `named` ones have the modules that are listed for them, and what these import at
 * once, the first of them first. Of the rest, a module that is loaded by `import()` begins a part, which has what it
 * alone needs; what several need is in the part `shared`, and a package that several need in one that is named for it. A
 * package is not divided.
 */
export function planParts(graph: Graph, named: Readonly<Record<string, readonly string[]>>): Plan {
  const parts = new Map<string, string>();
  for (const [part, beginnings] of Object.entries(named)) {
    for (const path of beginnings) if (!(path in graph)) throw new Error(`the program has no module ${path}`);
    for (const unit of Array.from(withImports(graph, beginnings), unitOf)) {
      if (!parts.has(unit)) parts.set(unit, part);
    }
  }
  const roots = new Set(Object.keys(graph).flatMap((path) => importsOf(graph, path, true)));
  const users = new Map<string, Set<string>>();
  for (const root of roots) {
    for (const unit of Array.from(withImports(graph, [root], roots), unitOf)) {
      if (!parts.has(unit)) users.set(unit, (users.get(unit) ?? new Set()).add(root));
    }
  }
  const packages = new Map<string, string>();
  for (const [unit, [root = unit, ...more]] of users) {
    const key = [root, ...more].join();
    const ofPackage = packages.get(key) ?? nameOf(unit);
    if (isPackage(unit)) packages.set(key, ofPackage);
    parts.set(unit, more.length === 0 ? nameOf(root) : isPackage(unit) ? ofPackage : SHARED_PART);
  }
  const partOf = (path: string) => parts.get(unitOf(path));
  const given = new Map(Array.from(parts.values(), (part) => [part, new Set<string>()]));
  for (const path of Object.keys(graph)) {
    for (const wanted of [...importsOf(graph, path, false), ...importsOf(graph, path, true)]) {
      if (partOf(wanted) !== partOf(path)) given.get(partOf(wanted) ?? '')?.add(wanted);
    }
  }
  return { partOf, given };
}

/** Modules, and all that they import at once, without what is a part of its own. */
function withImports(graph: Graph, from: readonly string[], others?: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(from);
  for (const path of found) {
    for (const wanted of importsOf(graph, path, false)) if (!others?.has(wanted)) found.add(wanted);
  }
  return found;
}

/** What a module imports that is bundled: at once, or later, by `import()`. */
function importsOf(graph: Graph, path: string, later: boolean): readonly string[] {
  const imports = graph[path]?.imports ?? [];
  return imports
    .filter((each) => each.path in graph && !each.path.includes(':') && (each.kind === 'dynamic-import') === later)
    .map((each) => each.path);
}

/** A package, or a module of ours. */
function unitOf(path: string): string {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
}

function isPackage(unit: string): boolean {
  return unit.includes('node_modules/');
}

/** The name of a part for what it begins with: `device-create`, or the name of the package. */
function nameOf(path: string): string {
  return path
    .replace(/^src\/(?:cli\/)?(?:commands\/)?|^.*node_modules\/@?/g, '')
    .replace(/\.[cm]?[jt]s$/, '')
    .replaceAll(/[/@.]+/g, '-');
}
