// Builds dist/: one small CommonJS entry and a chunk for each part that is loaded on its own. CommonJS starts faster
// than modules do; esbuild splits only modules, so the chunks are made as such and then turned, one by one.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'dist');
const drafts = mkdtempSync(join(tmpdir(), 'otpctl-build-'));

/** commander loads child_process for subcommands that are programs of their own, which otpctl has none of. */
const withoutChildProcess: Plugin = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      importer.includes(`${join('node_modules', 'commander')}`) ? { path: 'none', namespace: 'stub' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {}' }));
  },
};

const MAIN = 'main.cjs';

try {
  await build({
    entryPoints: { main: join(root, 'src/main.ts') },
    outdir: drafts,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outExtension: { '.js': '.cjs' },
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [withoutChildProcess],
    // Found beside the program, not inside it: a native addon.
    external: ['keytar'],
    logLevel: 'warning',
    legalComments: 'none',
  });
  rmSync(out, { recursive: true, force: true });
  const files = readdirSync(drafts, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cjs'));
  const convert = (names: readonly string[], target: string) =>
    build({
      entryPoints: names.map((name) => join(drafts, name)),
      outdir: out,
      outbase: drafts,
      format: 'cjs',
      platform: 'node',
      target,
      supported: { 'dynamic-import': false },
      outExtension: { '.js': '.cjs' },
      logLevel: 'warning',
      minifyWhitespace: true,
    });
  // The entry must be readable by every Node, to say that one is too old.
  await convert([MAIN], 'node10');
  await convert(
    files.filter((name) => name !== MAIN),
    'node24',
  );
} finally {
  rmSync(drafts, { recursive: true, force: true });
}
