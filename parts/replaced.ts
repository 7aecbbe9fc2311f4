// What the built program has in place of modules of Node that take long to load, and that it seldom or never needs.

import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants } from 'node:http2';
import * as os from 'node:os';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** commander loads child_process for subcommands that are programs of their own, which otpctl has none of. */
const withoutChildProcess: Plugin = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      isIn('commander', importer) ? { path: 'none', namespace: 'none' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {}' }));
  },
};

/** node:crypto takes milliseconds, node:os a fifth of one, and a command that only reads never calls them: each function loads them. */
const LAZY: Readonly<Record<string, object>> = { 'node:crypto': crypto, 'node:os': os };

const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ importer, kind, path }) =>
      path in LAZY && importer.endsWith('.ts') && kind === 'import-statement' ? { path, namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: `let loaded; const load = () => (loaded ??= require('${path}'));\n${Object.entries(LAZY[path] ?? {})
        .filter(([, value]) => typeof value === 'function')
        .map(([name]) => {
          if (name === 'platform') return 'export const platform = () => process.platform;';
          return /^[A-Z]/.test(name)
            ? `export function ${name}(...given) { return new (load().${name})(...given); }`
            : `export const ${name} = (...given) => load().${name}(...given);`;
        })
        .join('\n')}`,
    }));
  },
};

/** node:http2 takes longer than all else that undici needs, and nearly every server speaks HTTP/1.1. */
const lazyHttp2: Plugin = {
  name: 'lazy-http2',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http2$/ }, ({ importer }) =>
      isIn('undici', importer)
        ? { path: 'node:http2', namespace: 'lazy-http2', pluginData: readFileSync(importer, 'utf8') }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy-http2' }, ({ pluginData: user }: { readonly pluginData: string }) => ({
      contents: `exports.constants = ${JSON.stringify(Object.fromEntries(Object.entries(constants).filter(([name]) => user.includes(name))))};
        exports.connect = (...given) => process.getBuiltinModule('node:http2').connect(...given);`,
    }));
  },
};

export const replaced: readonly Plugin[] = [withoutChildProcess, lazyBuiltins, lazyHttp2];

function isIn(name: string, file: string): boolean {
  return file.includes(join('node_modules', name));
}
