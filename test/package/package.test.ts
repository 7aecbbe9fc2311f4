import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { command, type ProcessOutcome, ROOT } from '../support/process.ts';

const npm = (home: string, ...argv: string[]): Promise<ProcessOutcome> =>
  command('npm', ['--prefix', ROOT, ...argv], {
    home,
    environment: { npm_config_cache: join(home, 'npm'), npm_config_update_notifier: 'false' },
  });

/** What may be bundled: licences that ask for no more than to be passed on. */
const PERMISSIVE = [
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'Apache 2.0',
  '(MIT OR Apache-2.0)',
  '0BSD',
];

describe('the package', () => {
  it('has the program and its documents in it, and nothing else', async () => {
    const { stdout } = await npm(temporaryHome(), 'pack', ROOT, '--dry-run', '--json', '--ignore-scripts');
    const listed = JSON.parse(stdout) as
      | { files: { path: string }[] }[]
      | Record<string, { files: { path: string }[] }>;
    const files = Object.values(listed)[0]?.files.map(({ path }) => path) ?? [];
    expect(files).toContain('bin/otpctl.js');
    expect(files).toContain('dist/main.cjs');
    expect(files).toContain('dist/licences.txt');
    const meant =
      /^(bin\/(otpctl\.js|package\.json)|dist\/(main\.cjs|licences\.txt|chunks\/[\w-]+\.cjs(\.[\w.-]+\.code)?)|completions\/\w+(\.\w+)?|docs\/[\w./-]+\.(md|svg|sh|yml|yaml|service|timer)|docs\/examples\/[\w-]+|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    expect(files.filter((file) => !meant.test(file))).toEqual([]);
  });

  it('needs no other package, as everything is in the program', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>;
    expect(manifest['dependencies']).toBeUndefined();
    expect(Object.keys(manifest['optionalDependencies'] ?? {})).toEqual(['keytar']);
  });
});

describe('the licences', () => {
  let listed: { name: string; version: string; licence: string }[] = [];
  beforeAll(() => {
    const text = readFileSync(join(ROOT, 'dist/licences.txt'), 'utf8');
    listed = [...text.matchAll(/^={80}\n(\S+) (\S+): (.*)\n={80}$/gm)].map(
      ([, name = '', version = '', licence = '']) => ({
        name,
        version,
        licence,
      }),
    );
  });

  it('are there for what the program contains, and are all permissive', () => {
    for (const name of ['commander', 'undici', 'fastify', 'nodemailer', '@otplib/core', 'jose']) {
      expect(listed.map((each) => each.name)).toContain(name);
    }
    expect(listed.filter(({ licence }) => !PERMISSIVE.includes(licence))).toEqual([]);
  });

  it('are those of a bill of materials that npm sbom makes', async () => {
    const { exit, stdout } = await npm(temporaryHome(), 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
    expect(exit).toBe(0);
    const { components } = JSON.parse(stdout) as { components: { 'bom-ref': string }[] };
    const refs = components.map((component) => component['bom-ref']);
    expect(listed.filter(({ name, version }) => !refs.some((ref) => ref.startsWith(`${name}@${version}`)))).toEqual([]);
  });
});
