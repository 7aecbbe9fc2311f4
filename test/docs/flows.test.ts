import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OLD } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { command, ROOT } from '../support/process.ts';
import { RUN, servedPlace } from '../support/remote-places.ts';
import { many } from '../support/stock.ts';

const VERIFY = 'device verify 1 000000';
const DISABLE_STALE = 'bulk disable-stale --unused-for 90d';

/** Writes down at the end of a process which files of src it has loaded. Imports of types alone are not among them. */
const LISTING = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeFileSync } from 'node:fs';
  const loaded = new Set();
  registerHooks({
    load(url, context, next) {
      if (url.startsWith(process.env.LOADED_FROM)) loaded.add(url.slice(process.env.LOADED_FROM.length));
      return next(url, context);
    },
  });
  process.on('exit', () => writeFileSync(process.env.LOADED_LIST, JSON.stringify([...loaded])));
`)}`;

async function loadedBy(line: string, home: string, environment = {}) {
  const list = join(temporaryHome(), 'loaded.json');
  const from = { LOADED_FROM: `file://${ROOT}/src/`, LOADED_LIST: list };
  const argv = ['--import', LISTING, join(ROOT, 'src/main.ts'), ...line.split(' ')];
  const { exit } = await command(process.execPath, argv, { home, environment: { ...environment, ...from } });
  return { exit, files: JSON.parse(readFileSync(list, 'utf8')) as string[] };
}

/** How many files docs/architecture.md says that a command loads. */
function documented(line: string): number {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  return Number(
    text
      .split('\n')
      .find((row) => row.startsWith(`| \`${line}`))
      ?.split('|')[2],
  );
}

it.each([
  [
    VERIFY,
    1,
    async () => {
      const home = temporaryHome();
      await otpctl(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
      return { home, line: VERIFY };
    },
  ],
  [
    DISABLE_STALE,
    0,
    async () => {
      const { home, environment } = await servedPlace(many(3, { lastUsed: OLD }));
      return { home, environment, line: RUN };
    },
  ],
] as const)('%s  loads no more files of src than docs/architecture.md says', async (line, code, place) => {
  const { home, line: whole, environment } = { environment: {}, ...(await place()) };
  const { exit, files } = await loadedBy(whole, home, environment);
  expect(exit).toBe(code);
  expect(files.length).toBeLessThanOrEqual(documented(line));
  // Else the figure is an old one.
  expect(files.length).toBeGreaterThan(documented(line) - 10);
});
