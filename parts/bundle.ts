import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { dividing, exportsOf } from './dividing.ts';
import { planParts } from './plan.ts';
import { replaced } from './replaced.ts';

const MAIN = 'src/main.ts';

/**
 * The parts that are put together by hand, and where the modules of each begin: what every start needs; what `device
 * show`, `list` and `verify` need on a store of this machine.
 */
const NAMED = {
  main: [MAIN, 'src/start.ts'],
  everyday: [
    'src/cli/run.ts',
    'src/compose/compose.ts',
    'src/compose/local.ts',
    'src/cli/commands/device/show.ts',
    'src/cli/commands/device/list.ts',
    'src/cli/commands/device/verify.ts',
    'src/store/sqlite/decisions/transactions.ts',
    'src/store/sqlite/decisions/decide.ts',
    'src/store/sqlite/keys/open-keys.ts',
    'src/backends/local/verify-device.ts',
  ],
};
/** The parts with short names: that is less to load. In all others a trace is worth more. */
const SHORT = ['everyday'];

/** A process that asks the keyring, and a thread that reads for a server: whole in themselves, beside the parts. */
const ON_THEIR_OWN = ['src/credentials/keyring-child.ts', 'src/store/sqlite/reads/read-thread.ts'];

const SHARED = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  supported: { 'dynamic-import': false },
  outExtension: { '.js': '.cjs' },
  // What a module knows of its own file, in words of CommonJS.
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  legalComments: 'none',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/** Builds the program into a folder: main.cjs, and the parts in `chunks/`. Says what each file was made of. */
export async function bundleProgram(
  root: string,
  dist: string,
  options: BuildOptions = {},
): Promise<Metafile['outputs']> {
  const chunks = join(dist, 'chunks');
  const bundle = (more: BuildOptions) => build({ ...SHARED, absWorkingDir: root, ...options, ...more });
  const whole = await bundle({ entryPoints: [MAIN], outdir: dist, write: false, plugins: [...replaced] });
  const graph = whole.metafile?.inputs ?? {};
  const plan = planParts(graph, NAMED);
  const division = { graph, plan, names: await exportsOf(root, graph, plan) };
  const { main = new Set(), ...parts } = Object.fromEntries(plan.given);
  // It is no part that could be asked.
  for (const path of main) throw new Error(`${path} is in main.cjs, and another part needs it`);
  const bundleParts = (names: readonly string[], minifyIdentifiers: boolean) =>
    bundle({
      entryPoints: names.map((name) => ({ in: `part:${name}`, out: name })),
      outdir: chunks,
      // A function, whose parameters are those of `RunPart` in loader.ts.
      banner: { js: '(function (module, require, __filename, __dirname) { const part = module.exports;' },
      footer: { js: '})' },
      minifyIdentifiers,
      plugins: [...replaced, dividing(root, division)],
    });
  const built = [
    // Readable by every Node, to say that one is too old.
    await bundle({
      entryPoints: [MAIN],
      outdir: dist,
      target: 'node10',
      plugins: [loading(root), dividing(root, { ...division, asking: { namespace: 'loading' } })],
    }),
    await bundleParts(SHORT, true),
    await bundleParts(
      Object.keys(parts).filter((name) => !SHORT.includes(name)),
      false,
    ),
    await bundle({ entryPoints: ON_THEIR_OWN, entryNames: '[name]', outdir: chunks }),
  ];
  return Object.assign({}, ...built.map(({ metafile }) => metafile?.outputs));
}

/** main.cjs is loaded by Node, and brings the loader of all else. */
function loading(root: string): Plugin {
  return {
    name: 'loading',
    setup({ onResolve, onLoad }) {
      onLoad({ filter: /.*/, namespace: 'loading' }, ({ path }) => ({
        contents: `module.exports = require('loader').load('${path}');`,
      }));
      onResolve({ filter: /^loader$/, namespace: 'loading' }, ({ path }) => ({ path, namespace: 'loader' }));
      onLoad({ filter: /.*/, namespace: 'loader' }, () => ({
        contents: `import { join } from 'node:path';
          import { createPartLoader } from './parts/loader.ts';
          export const load = createPartLoader({ node: process, require, folder: join(__dirname, 'chunks') });`,
        resolveDir: root,
      }));
    },
  };
}
