// The licences of what the built program contains: the packages that esbuild took files from, with the texts that they
// come with, which have to travel with a copy.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of `dist/licences.txt`. `inputs` are the files of the build, relative to `root`; what has a colon is none. */
export function licencesOf(root: string, inputs: Iterable<string>): string {
  const folders = new Set<string>();
  for (const input of inputs) {
    const [, folder] = /^([^:]*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  return [...new Set([...folders].sort().map((folder) => chapter(join(root, folder))))].join('\n');
}

function chapter(folder: string): string {
  const {
    name,
    version,
    licenses,
    license = licenses?.[0]?.type,
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
    /** How packages said it once. */
    readonly licenses?: readonly { readonly type: string }[];
  };
  if (license === undefined) throw new Error(`${name} comes without a licence`);
  const texts = textsOf(folder, /^(licen[cs]e|copying|notice)/i);
  // A few say it in their readme and nowhere else.
  if (texts.length === 0) texts.push(...textsOf(folder, /^readme/i));
  return `${'='.repeat(80)}\n${name} ${version}: ${license}\n${'='.repeat(80)}\n\n${texts.join('\n\n')}\n`;
}

function textsOf(folder: string, names: RegExp): string[] {
  const files = readdirSync(folder).filter((file) => names.test(file));
  return files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
}
