import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface ClockFile {
  /** For the processes that are to have this clock. */
  readonly environment: Record<string, string>;
  /** What time it is from now on, in seconds. */
  set(time: number): void;
}

/** A clock for processes: it stands still until it is set. */
export function clockFile(home: string, time: number): ClockFile {
  const [file, module] = [join(home, 'clock'), join(home, 'clock.mjs')];
  const set = (to: number) => {
    writeFileSync(`${file}.new`, String(to * 1000));
    renameSync(`${file}.new`, file);
  };
  set(time);
  writeFileSync(
    module,
    `import { readFileSync } from 'node:fs'; Date.now = () => Number(readFileSync(${JSON.stringify(file)}, 'utf8'));\n`,
  );
  return { environment: { NODE_OPTIONS: `--import=${module}` }, set };
}
