// Builds dist/: main.cjs, the start, which any Node can read, and the answer to --version; core.cjs, what every command
// needs, in one file, because each further file costs; and chunks/, one file for each part that is loaded on its own.
// CommonJS throughout: it starts faster than modules do. esbuild splits only modules, so the splitting is done here: a
// dynamic import out of the core leads to a chunk, and what a chunk shares with the core it takes from the core, so that
// there is one OtpctlError and one Secret. In the end V8's code of everyday commands is laid beside their files.

import { execFileSync } from 'node:child_process';
import * as crypto from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:http2';
import { basename, join, relative, resolve } from 'node:path';
import { type BuildOptions, build as buildFiles, type ImportKind, type Plugin } from 'esbuild';
import { codeFile } from '../src/part-loader.ts';
import { licencesOf } from './licences.ts';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');
const out = join(root, 'dist');

/** What is loaded on demand, and still belongs into the core file: every command needs some of it. */
const CORE = [
  'cli/run.ts',
  'compose/compose.ts',
  'domain/device-types/index.ts',
  'domain/settings/settings.ts',
  'domain/user.ts',
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

/** A part is what Node makes of a CommonJS module when it loads it, so that its text need not be copied for that. */
const part: BuildOptions = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
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

/** Whether the core is newer than everything that it is made from, and has code of this Node. */
function upToDate(): boolean {
  const core = join(out, 'core.cjs');
  if (!existsSync(codeFile(core, process))) return false;
  const built = statSync(core, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((name) => join(src, name));
  const makers = [import.meta.filename, join(import.meta.dirname, 'code-cache.ts'), join(root, 'package-lock.json')];
  return [...sources, ...makers].every((path) => statSync(path).mtimeMs < built);
}

/** The chunks that were asked for, by the module that each begins with. */
const chunks = new Map<string, string>();

/** Leads dynamic imports out of a file, each into a chunk of its own. */
function splitting(chunkFolder: string): Plugin {
  return {
    name: 'splitting',
    setup({ onResolve, resolve: resolvePath }) {
      onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === 'resolving') return undefined;
        const found = await resolvePath(path, { importer, resolveDir, kind, pluginData: 'resolving' });
        if (found.external) return found;
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

/** node:http2 takes longer to load than all else that undici needs, and nearly every server speaks HTTP/1.1. */
const lazyHttp2: Plugin = {
  name: 'lazy-http2',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http2$/ }, ({ importer }) =>
      importer.includes(join('node_modules', 'undici'))
        ? { path: 'node:http2', namespace: 'lazy-http2', pluginData: readFileSync(importer, 'utf8') }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy-http2' }, ({ pluginData: user }: { readonly pluginData: string }) => ({
      contents: `exports.constants = ${JSON.stringify(Object.fromEntries(Object.entries(constants).filter(([name]) => user.includes(name))))};
        exports.connect = (...given) => process.getBuiltinModule('node:http2').connect(...given);`,
    }));
  },
};

/** The modules of the core that the other files take from it. */
const taken = new Set<string>();

/** Takes modules that the core has from the core. */
function fromCore(core: string, isTaken: (path: string, kind: ImportKind) => boolean): Plugin {
  return {
    name: 'from-core',
    setup({ onResolve, onLoad, resolve: resolvePath }) {
      onResolve({ filter: /^\.|^@otplib|^@scure/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind === 'entry-point' || pluginData === 'resolving') return undefined;
        const found = await resolvePath(path, { importer, resolveDir, kind, pluginData: 'resolving' });
        return isTaken(found.path, kind) ? { path: relative(root, found.path), namespace: 'core' } : undefined;
      });
      // One module for all, so that a file asks for the core once.
      onResolve({ filter: /^core$/, namespace: 'core' }, () => ({ path: 'core', namespace: 'whole-core' }));
      onResolve({ filter: /^core$/, namespace: 'whole-core' }, () => ({ path: core, external: true }));
      onLoad({ filter: /.*/, namespace: 'whole-core' }, () => ({ contents: `export { modules } from 'core'` }));
      onLoad({ filter: /.*/, namespace: 'core' }, async ({ path }) => {
        taken.add(path);
        const names = await exportsOf(path);
        const lines = names.map((name) => `export const ${name} = it.${name};`);
        return {
          contents: `import { modules } from 'core'; const it = modules[${JSON.stringify(path)}];${lines.join('')}`,
        };
      });
    },
  };
}

/** The start comes by the core with a loader of ours, which the core and its chunks are then loaded with. */
const loadingCore: Plugin = {
  name: 'loading-core',
  setup({ onLoad }) {
    onLoad({ filter: /.*/, namespace: 'whole-core' }, () => ({
      contents: `import { createPartLoader } from './part-loader.ts';
        export const { modules } = createPartLoader({ node: process, require })(\`\${__dirname}/core.cjs\`);`,
      resolveDir: src,
    }));
  },
};

/** The names that a module exports. */
async function exportsOf(path: string): Promise<readonly string[]> {
  const { metafile } = await buildFiles({
    entryPoints: [join(root, path)],
    format: 'esm',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}

/** Builds the core, which hands out modules by their paths; says which ones it has. */
async function buildCore(write: boolean): Promise<Set<string>> {
  const handedOut = write ? [...taken] : CORE.map((path) => relative(root, path));
  // As plain objects: a namespace would be a getter for each name.
  const entries = await Promise.all(
    handedOut.map(async (path, at) => {
      const names = await exportsOf(path);
      const imported = names.map((name) => `${name} as m${at}_${name}`);
      const members = names.map((name) => `${name}: m${at}_${name}`);
      return {
        line: `import { ${imported.join(', ')} } from './${path}';`,
        member: `${JSON.stringify(path)}: { ${members.join(', ')} }`,
      };
    }),
  );
  const contents = `${entries.map(({ line }) => line).join('')}export const modules = {${entries.map(({ member }) => member).join(',\n')}};`;
  const files = await build({
    ...shared,
    ...part,
    stdin: { contents, resolveDir: root },
    outfile: join(out, 'core.cjs'),
    write,
    plugins: [
      lazyCrypto,
      fromCore('./core.cjs', (path, kind) => kind === 'dynamic-import' && CORE.includes(path)),
      splitting('./chunks'),
    ],
  });
  return new Set(files.filter((name) => name.startsWith('src/')).map((name) => join(root, name)));
}

// npm prepares again for every user who starts the program through npx: what is up to date is left alone.
if (process.argv.includes('--if-stale') && upToDate()) process.exit(0);

rmSync(out, { recursive: true, force: true });
const modules = await buildCore(false);
await build({
  ...shared,
  entryPoints: [join(src, 'main.ts')],
  outdir: out,
  // Readable by every Node, to say that one is too old.
  target: 'node10',
  plugins: [loadingCore, fromCore('./core.cjs', (path, kind) => kind === 'dynamic-import' && modules.has(path))],
});
const built = new Set<string>();
while (chunks.size > built.size) {
  const next = [...chunks].filter(([path]) => !built.has(path));
  for (const [path] of next) built.add(path);
  await build({
    ...shared,
    ...part,
    entryPoints: next.map(([path, name]) => ({ in: path, out: name })),
    outdir: join(out, 'chunks'),
    plugins: [
      withoutChildProcess,
      lazyCrypto,
      lazyHttp2,
      fromCore('../core.cjs', (path) => modules.has(path)),
      splitting('.'),
    ],
  });
}
await buildCore(true);
// The child process that asks the keyring: beside the chunk that starts it. The library is native, and may be missing.
await build({
  ...shared,
  entryPoints: [join(src, 'credentials/keyring-child.ts')],
  outdir: join(out, 'chunks'),
});
// The thread that reads for a server: beside the chunk that starts it, and whole in itself.
await build({ ...shared, entryPoints: [join(src, 'store/sqlite/reads/read-thread.ts')], outdir: join(out, 'chunks') });
writeFileSync(join(out, 'licences.txt'), licencesOf(root, inputs));
// As the program is started: options for this process would be flags of the V8 that makes the code.
execFileSync(process.execPath, [join(import.meta.dirname, 'code-cache.ts')], { env: {}, stdio: 'inherit' });
