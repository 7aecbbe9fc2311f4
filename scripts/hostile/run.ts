// The attacks that docs/security.md says do not work, against the built program: on loopback and in folders of its own,
// ten minutes at most.  npm run hostile [-- [--seed N] [NUMBER...]]
import { audit } from './audit.ts';
import { commands } from './commands.ts';
import { files } from './files.ts';
import { races } from './races.ts';
import { servers } from './servers.ts';
import { createWorld, NotHeld, newSeed, type World } from './world.ts';

/** An attack: the number of what it is about, what it is, and what tries it. Throws `NotHeld` where it works. */
export interface Attack {
  readonly number: number;
  readonly name: string;
  attempt(world: World): Promise<void>;
}

const MOST = 600_000;
const MOST_EACH = 90_000;

const argv = process.argv.slice(2);
const seedAt = argv.indexOf('--seed');
const seed = seedAt >= 0 ? Number(argv[seedAt + 1]) : newSeed();
const numbers = argv.filter((_, at) => seedAt < 0 || (at !== seedAt && at !== seedAt + 1)).map(Number);
const chosen = [...audit, ...servers, ...commands, ...files, ...races]
  .filter(({ number }) => numbers.length === 0 || numbers.includes(number))
  .sort((a, b) => a.number - b.number);

console.log(`seed ${seed}, ${chosen.length} attacks`);
const end = Date.now() + MOST;
let lost = 0;
for (const [at, { number, name, attempt }] of chosen.entries()) {
  const world = createWorld(seed + at);
  const limit = Math.min(MOST_EACH, end - Date.now());
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NotHeld('it took too long')), Math.max(0, limit));
  });
  try {
    const attack = attempt(world);
    // One that took too long fails once more when its world has ended.
    attack.catch(() => {});
    await Promise.race([attack, late]);
    console.log(`held      ${String(number).padStart(2)}  ${name}`);
  } catch (error) {
    lost += 1;
    const why = error instanceof Error ? error.message.slice(0, 600) : String(error);
    console.log(`NOT HELD  ${String(number).padStart(2)}  ${name}: ${why}`);
    console.log(`              repeat it with  npm run hostile -- --seed ${seed + at} ${number}`);
  } finally {
    clearTimeout(timer);
    world.end();
  }
}
console.log(lost === 0 ? 'all of them held' : `${lost} of ${chosen.length} did not hold`);
process.exit(lost === 0 ? 0 : 1);
