import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { enrolDevices } from './devices.ts';
import { screenOf } from './screen.ts';
import { svgOf } from './svg.ts';

/** Where the picture is kept. */
export const PICTURE = 'docs/terminal.svg';

const ROOT = resolve(import.meta.dirname, '../..');
const COLUMNS = 80;
/** The lines that are typed, each in a window of so many rows: the log in the last fills what there is. */
const TYPED = [
  { line: 'otpctl device list', rows: 24 },
  { line: 'otpctl bulk disable-stale --unused-since 2022-01-01 --dry-run', rows: 24 },
  { line: 'otpctl why ada', rows: 11 },
];
/** The program is the built one; only its clock stands, for `2 days ago` to be as true tomorrow. */
const STOPPED_CLOCK = `data:text/javascript,Date.now=()=>${Date.parse('2022-03-01T09:00:00Z')}`;

/** Runs the built program in a terminal, and draws what is seen there. */
export async function terminalPicture(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'otpctl-picture-'));
  try {
    await enrolDevices(home);
    const environment = { HOME: home, PATH: process.env['PATH'] ?? '', TZ: 'UTC' };
    const screens: string[] = [];
    for (const { line, rows } of TYPED) {
      const [, ...words] = line.split(' ');
      const argv = [process.execPath, '--import', STOPPED_CLOCK, join(ROOT, 'bin/otpctl.js'), ...words];
      const shown = await screenOf(argv, { columns: COLUMNS, rows, environment });
      screens.push(`\u001b[2m$\u001b[0m ${line}\n${shown}\u001b[0m\n`);
    }
    return svgOf({
      screen: screens.join('\n').trimEnd(),
      columns: COLUMNS,
      title: 'otpctl in a terminal',
      description: `What three commands print: ${TYPED.map(({ line }) => line).join('; ')}.`,
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
