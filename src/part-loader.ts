import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

interface PartLoaderDeps {
  /** The Node that runs: code is of use to the V8 that made it only. */
  readonly node: Pick<NodeJS.Process, 'versions' | 'platform' | 'arch'>;
  /** Loads what is no part of the program: modules of Node. */
  readonly require: NodeJS.Require;
  /** Is shown each part as it is compiled. */
  compiled?(path: string, script: Script): void;
}

/**
 * Loads the files of the built program, each once, as `require` does: with the code that V8 made of it at the build,
 * if that lies beside it, and without where there is none, or another one than this file's.
 */
export function createPartLoader({ node, require, compiled }: PartLoaderDeps): (path: string) => unknown {
  const parts = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const known = parts.get(path);
    if (known !== undefined) return known.exports;
    const source = readFileSync(path);
    const cachedData = codeOf(source, codeFile(path, node));
    const script = new Script(source.toString(), { filename: path, ...(cachedData !== undefined && { cachedData }) });
    compiled?.(path, script);
    const part = { exports: {} };
    parts.set(path, part);
    const folder = dirname(path);
    const requireHere = (name: string): unknown => (name.startsWith('.') ? load(join(folder, name)) : require(name));
    script.runInThisContext()(part.exports, Object.assign(requireHere, require), part, path, folder);
    return part.exports;
  };
  return load;
}

/** Where the code of a part lies: beside it, under the name of the engine that made it. */
export function codeFile(path: string, { versions, platform, arch }: PartLoaderDeps['node']): string {
  return `${path}.${versions.v8}-${platform}-${arch}.code`;
}

/**
 * What a file of code holds: the code, the code again, the source that it was made of. V8 looks neither for damage nor
 * at the source, but for its length; and to compare is a hundred times as fast as the fastest digest.
 */
export function codeWithSource(code: Buffer, source: Buffer): Buffer {
  return Buffer.concat([code, code, source]);
}

/** The code in a file, if it is whole and was made of exactly this source. */
function codeOf(source: Buffer, path: string): Buffer | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return undefined;
  }
  const length = (file.length - source.length) / 2;
  if (length <= 0) return undefined;
  const code = file.subarray(0, length);
  const isWhole = code.equals(file.subarray(length, 2 * length)) && source.equals(file.subarray(2 * length));
  return isWhole ? code : undefined;
}
