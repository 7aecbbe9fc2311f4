import { build, type Plugin } from 'esbuild';
import { type Graph, type Plan, pathInGraph } from './plan.ts';

/** The names that a module exports; undefined for one of CommonJS, which is handed on as it is. */
export type NamesOf = (path: string) => readonly string[] | undefined;

interface Division {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly names: NamesOf;
  /** How a file asks the loader: by its `require`, unless a module stands for what is asked. */
  readonly asking?: { readonly external: true } | { readonly namespace: string };
}

/**
 * Keeps each module in its part, `part:NAME`. What a module needs of another part, it asks the loader for. What others
 * need of a part, the part gives when it is asked: nothing in it runs when it is loaded.
 */
export function dividing(root: string, { graph, plan, names, asking = { external: true } }: Division): Plugin {
  return {
    name: 'dividing',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^part:/ }, ({ kind, path }) =>
        kind === 'entry-point' ? { path: path.slice('part:'.length), namespace: 'part' } : { path, ...asking },
      );
      onLoad({ filter: /.*/, namespace: 'part' }, ({ path: part }) => ({
        contents: giving(plan.given.get(part) ?? []),
        resolveDir: root,
      }));
      onResolve({ filter: /^given:/, namespace: 'part' }, ({ path }) => ({
        path: path.slice('given:'.length),
        namespace: 'given',
      }));
      onLoad({ filter: /.*/, namespace: 'given' }, ({ path }) => ({
        contents: given(path, names(path)),
        resolveDir: root,
      }));
      onResolve({ filter: /.*/, namespace: 'file' }, ({ importer, path: original, kind }) => {
        const user = pathInGraph(root, importer);
        const path = graph[user]?.imports.find((each) => each.original === original && each.kind === kind)?.path ?? '';
        const part = plan.partOf(path);
        if (part === undefined || part === plan.partOf(user)) return undefined;
        const asked = `part:${part}/${path}`;
        return kind === 'dynamic-import'
          ? { path: asked, ...asking }
          : { path: asked, namespace: 'taken', pluginData: names(path) };
      });
      onLoad({ filter: /.*/, namespace: 'taken' }, ({ path, pluginData }) => ({ contents: taken(path, pluginData) }));
    },
  };
}

/** What a part is when it is loaded: a function that runs a module of it. */
function giving(paths: Iterable<string>): string {
  const cases = Array.from(paths, (path) => {
    const [word, module] = [JSON.stringify(path), JSON.stringify(`given:${path}`)];
    return `case ${word}: require(${module}); break;`;
  });
  return `part.give = (path) => { switch (path) { ${cases.join('\n')} } };`;
}

/** Gives a module as a plain object: of one that is asked for whole, esbuild makes a getter for each export, at once. */
function given(path: string, names: readonly string[] | undefined): string {
  const file = JSON.stringify(`./${path}`);
  const place = `part.given[${JSON.stringify(path)}]`;
  if (names === undefined) return `${place} = require(${file});`;
  const imports = names.map((name, at) => `${name} as _${at}`);
  const members = names.map((name, at) => `${name}: _${at}`);
  return `import { ${imports.join()} } from ${file}; ${place} = { ${members.join()} };`;
}

/** Stands for a module of another part. */
function taken(asked: string, names: readonly string[] | undefined): string {
  const it = `require(${JSON.stringify(asked)})`;
  if (names === undefined) return `module.exports = ${it};`;
  const exports = names.map((name, at) => `const _${at} = it.${name}; export { _${at} as ${name} };`);
  return `const it = ${it}; ${exports.join('')}`;
}

/** What the modules export that parts are asked for. None may have an `export *`, of which esbuild says nothing here. */
export async function exportsOf(root: string, graph: Graph, plan: Plan): Promise<NamesOf> {
  const asked = [...plan.given.values()].flatMap((paths) => [...paths]);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: asked.filter((path) => graph[path]?.format !== 'cjs'),
    format: 'esm',
    metafile: true,
    write: false,
    outdir: root,
  });
  const names = new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
  return (path) => names.get(path);
}
