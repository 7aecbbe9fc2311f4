// How long the built program takes, from the start of its process to its end, in units of a Node that does nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, ORIGIN, openLocal } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { figure, textTable } from './text-table.ts';

const ROUNDS = 40;
const WARM_UP = 5;
/** Wrong codes that a device is given: fewer than lock it. */
const CODES_PER_DEVICE = 9;
const DEVICES = Math.max(12, Math.ceil((WARM_UP + ROUNDS) / CODES_PER_DEVICE));

interface Case {
  readonly argv: readonly string[];
  /** Times the floor that it may take. */
  readonly most: number;
  /** What it must exit with, or something else was measured. */
  readonly exit?: number;
}

/** The word that becomes the id of a device with codes left. */
const ID = 'ID';

const CASES: readonly Case[] = [
  { argv: ['--version'], most: 1.2 },
  { argv: ['--help'], most: 1.5 },
  { argv: ['device', 'show', ID, '-o', 'json'], most: 1.35 },
  { argv: ['device', 'show', ID], most: 1.75 },
  { argv: ['device', 'list', '--limit', '10', '-o', 'json'], most: 1.35 },
  { argv: ['device', 'list', '--limit', '10'], most: 1.75 },
  { argv: ['device', 'verify', ID, '000000'], most: 1.75, exit: 1 },
];

const program = join(import.meta.dirname, '../bin/otpctl.js');
if (!existsSync(join(import.meta.dirname, '../dist/main.cjs'))) throw new Error('there is no dist/: npm run build');

using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const environment = environmentOf(folder.path);
const ids = await enrolDevices();

const floors = CASES.map((): number[] => []);
const times = CASES.map((): number[] => []);
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const id = ids[Math.floor((round + WARM_UP) / CODES_PER_DEVICE)] ?? '';
  for (const [at, { argv, exit = 0 }] of CASES.entries()) {
    const [floor, time] = inTurn(
      round,
      () => run(['-e', '0'], 0),
      () => run([program, ...argv.map((word) => (word === ID ? id : word))], exit),
    );
    if (round < 0) continue;
    floors[at]?.push(floor);
    times[at]?.push(time);
  }
}

console.log(`start-up: medians of ${ROUNDS} pairs with the floor, Node ${process.versions.node}\n`);
console.log(
  textTable(
    ['', 'ms', 'ratio', 'at most'],
    [
      ['floor: node -e 0', figure(median(floors.flat())), '1.00', ''],
      ...CASES.map(({ argv, most }, at) => [
        `otpctl ${argv.join(' ')}`,
        figure(median(times[at] ?? [])),
        medianRatio(times[at] ?? [], floors[at] ?? []).toFixed(2),
        most.toFixed(2),
      ]),
    ],
  ),
);

async function enrolDevices(): Promise<readonly string[]> {
  const backend = await openLocal({ home: folder.path, create: true });
  try {
    const enrolled: string[] = [];
    for (let count = 0; count < DEVICES; count++) {
      const { device } = await backend.create({ type: 'TOTP', user: `user${count}` }, ORIGIN);
      enrolled.push(device.id);
    }
    return enrolled;
  } finally {
    // Closed before anything is measured: the last connection to a store cleans up behind itself.
    backend.close();
  }
}

/** Runs both, the second one first in every other round. */
function inTurn(round: number, first: () => number, second: () => number): [number, number] {
  if (round % 2 === 0) return [first(), second()];
  const late = second();
  return [first(), late];
}

/** Milliseconds from spawn to exit, with all output read. */
function run(argv: readonly string[], exit: number): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const time = performance.now() - start;
  if (status !== exit) throw new Error(`${argv.join(' ')} exited with ${status}: ${stderr}`);
  return time;
}
