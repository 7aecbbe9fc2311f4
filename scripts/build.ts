// Builds dist/: main.cjs, a few lines that any Node can read; core.cjs, what the everyday commands need, in one file,
// because each further file costs; and chunks/, one file for each part that is loaded on its own. CommonJS throughout:
// it starts faster than modules do. esbuild splits only modules, so the splitting is done here: a dynamic import out of
// the core leads to a chunk, and what a chunk shares with the core it takes from the core, so that there is one
// OtpctlError and one Secret.

import * as crypto from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type BuildOptions, build as buildFiles, type Plugin } from 'esbuild';
import { licencesOf } from './licences.ts';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');
const out = join(root, 'dist');

/** What is loaded on demand, and still belongs into the core file: every command needs some of it. */
const CORE = [
  'cli/program.ts',
  'cli/commands/device/list.ts',
  'cli/commands/device/show.ts',
  'cli/commands/device/verify.ts',
  'config/paths.ts',
  'config/private-file.ts',
  'config/profiles.ts',
  'credentials/key-vault.ts',
  'backends/local/local-backend.ts',
  'store/sqlite/open-store.ts',
  'store/sqlite/sqlite-store.ts',
  'system/random.ts',
].map((name) => join(src, name));

const shared: BuildOptions = {
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
};

/** Every file that went into the program. */
const inputs = new Set<string>();

/** Builds, and notes what went into it. */
async function build(options: BuildOptions): Promise<readonly string[]> {
  const { metafile } = await buildFiles(options);
  const files = Object.keys(metafile?.inputs ?? {});
  for (const file of files) inputs.add(file);
  return files;
}

/** Whether the core is newer than everything that it is made from. */
function upToDate(): boolean {
  const built = statSync(join(out, 'core.cjs'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((name) => join(src, name));
  return [...sources, import.meta.filename, join(root, 'package-lock.json')].every(
    (path) => statSync(path).mtimeMs < built,
  );
}

/** The chunks that were asked for, by the module that each begins with. */
const chunks = new Map<string, string>();

/** Leads dynamic imports out of a file: into the core where they belong there, else into a chunk of their own. */
function splitting(chunkFolder: string): Plugin {
  return {
    name: 'splitting',
    setup({ onResolve, resolve: resolvePath }) {
      onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === 'resolving') return undefined;
        const found = await resolvePath(path, { importer, resolveDir, kind, pluginData: 'resolving' });
        if (found.external || CORE.includes(found.path)) return found;
        const name = chunkName(found.path);
        chunks.set(found.path, name);
        return { path: `${chunkFolder}/${name}.cjs`, external: true };
      });
    },
  };
}

/** A file name that says what is in it: `device-create`, or the name of the package. */
function chunkName(path: string): string {
  const inSource = relative(src, path);
  if (!inSource.startsWith('..'))
    return inSource
      .replace(/^(?:cli\/)?(?:commands\/)?/, '')
      .replace(/\.ts$/, '')
      .replaceAll('/', '-');
  return (path.split('/node_modules/').pop() ?? basename(path)).replace(/\.[cm]?js$/, '').replaceAll(/[/@.]+/g, '-');
}

/** commander loads child_process for subcommands that are programs of their own, which otpctl has none of. */
const withoutChildProcess: Plugin = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      importer.includes(join('node_modules', 'commander')) ? { path: 'none', namespace: 'none' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {}' }));
  },
};

/** node:crypto takes milliseconds to load, and a command that only reads never calls it: each function loads it. */
const lazyCrypto: Plugin = {
  name: 'lazy-crypto',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:crypto$/ }, ({ importer, kind }) =>
      importer.startsWith(src) && kind === 'import-statement' ? { path: 'node:crypto', namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: `let loaded; const load = () => (loaded ??= require('node:crypto'));\n${Object.entries(crypto)
        .filter(([, value]) => typeof value === 'function')
        .map(([name]) =>
          /^[A-Z]/.test(name)
            ? `export function ${name}(...given) { return new (load().${name})(...given); }`
            : `export const ${name} = (...given) => load().${name}(...given);`,
        )
        .join('\n')}`,
      resolveDir: src,
    }));
  },
};

/** Takes modules that the core has from the core. */
function fromCore(modules: ReadonlySet<string>): Plugin {
  return {
    name: 'from-core',
    setup({ onResolve, onLoad, resolve: resolvePath }) {
      onResolve({ filter: /^\.|^@otplib|^@scure/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind === 'entry-point' || pluginData === 'resolving') return undefined;
        const found = await resolvePath(path, { importer, resolveDir, kind, pluginData: 'resolving' });
        return modules.has(found.path) ? { path: relative(root, found.path), namespace: 'core' } : undefined;
      });
      onResolve({ filter: /^core$/, namespace: 'core' }, () => ({ path: '../core.cjs', external: true }));
      onLoad({ filter: /.*/, namespace: 'core' }, ({ path }) => ({
        contents: `module.exports = require('core').modules[${JSON.stringify(path)}]()`,
      }));
    },
  };
}

/** Builds the core from an entry that starts it and hands out its modules; says which modules those are. */
async function buildCore(modules: readonly string[], write: boolean): Promise<string[]> {
  const handles = modules.map(
    (path) => `${JSON.stringify(relative(root, path))}: () => require(${JSON.stringify(path)})`,
  );
  const files = await build({
    ...shared,
    stdin: {
      contents: `exports.start = (process) => require('./start.ts').start(process);\nexports.modules = {${handles.join(',\n')}};`,
      resolveDir: src,
    },
    outfile: join(out, 'core.cjs'),
    write,
    plugins: [withoutChildProcess, lazyCrypto, splitting('./chunks')],
  });
  return files.filter((name) => name.startsWith('src/')).map((name) => join(root, name));
}

// npm prepares again for every user who starts the program through npx: what is up to date is left alone.
if (process.argv.includes('--if-stale') && upToDate()) process.exit(0);

rmSync(out, { recursive: true, force: true });
const modules = await buildCore([], false);
await buildCore(modules, true);
await build({
  ...shared,
  entryPoints: [join(src, 'main.ts')],
  outdir: out,
  // Readable by every Node, to say that one is too old.
  target: 'node10',
  plugins: [
    {
      name: 'core',
      setup: ({ onResolve }) => onResolve({ filter: /start\.ts$/ }, () => ({ path: './core.cjs', external: true })),
    },
  ],
});
const built = new Set<string>();
while (chunks.size > built.size) {
  const next = [...chunks].filter(([path]) => !built.has(path));
  for (const [path] of next) built.add(path);
  await build({
    ...shared,
    entryPoints: next.map(([path, name]) => ({ in: path, out: name })),
    outdir: join(out, 'chunks'),
    plugins: [lazyCrypto, splitting('.'), fromCore(new Set(modules))],
  });
}
// The child process that asks the keyring: beside the chunk that starts it. The library is native, and may be missing.
await build({
  ...shared,
  entryPoints: [join(src, 'credentials/keyring-child.ts')],
  outdir: join(out, 'chunks'),
  external: ['keytar'],
});
writeFileSync(join(out, 'licences.txt'), licencesOf(root, inputs));
