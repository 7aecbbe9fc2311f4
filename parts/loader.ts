import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

interface PartLoaderDeps {
  /** The Node that runs: code is of use to the V8 that made it only. */
  readonly node: Pick<NodeJS.Process, 'versions' | 'platform' | 'arch'>;
  /** Loads what is no part of the program: modules of Node. */
  readonly require: NodeJS.Require;
  /** The folder of the parts. */
  readonly folder: string;
  /** Is shown each part as it is compiled. */
  compiled?(path: string, script: Script): void;
}

/** A part of the program as it runs. */
interface Part {
  /** What modules of it were asked for by other parts, by their paths; each is an object of its exports. */
  readonly given: Record<string, unknown>;
  /** Runs a module of it, if it has not run yet, and puts it into `given`. */
  give(path: string): void;
}

type RunPart = (
  module: { readonly exports: object },
  require: (name: string) => unknown,
  filename: string,
  dirname: string,
) => void;

/** How a part asks for a module of another one: `part:NAME/PATH`. Every other name is one for `require`. */
const PREFIX = 'part:';

/**
 * Loads modules of the built program by their names. The file of a part is read once, with the code that V8 made of it
 * at the build if that lies beside it; each module runs once, when it is first asked for.
 */
export function createPartLoader({ node, require, folder, compiled }: PartLoaderDeps): (name: string) => unknown {
  const parts = new Map<string, Part>();
  const load = (name: string): unknown => {
    if (!name.startsWith(PREFIX)) return require(name);
    const slash = name.indexOf('/');
    const path = name.slice(slash + 1);
    const part = partOf(name.slice(PREFIX.length, slash));
    if (!(path in part.given)) part.give(path);
    return part.given[path];
  };
  const partOf = (name: string): Part => {
    const known = parts.get(name);
    if (known !== undefined) return known;
    const file = join(folder, `${name}.cjs`);
    const source = readFileSync(file);
    const cachedData = codeOf(source, codeFile(file, node));
    // What esbuild writes is ASCII.
    const script = new Script(source.toString('latin1'), {
      filename: file,
      ...(cachedData !== undefined && { cachedData }),
    });
    compiled?.(file, script);
    const part = { given: {} } as Part;
    (script.runInThisContext() as RunPart)({ exports: part }, load, file, folder);
    parts.set(name, part);
    return part;
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
