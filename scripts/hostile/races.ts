import type { Attack } from './run.ts';
import { codeAt, held } from './world.ts';

export const races: readonly Attack[] = [
  {
    number: 0,
    name: 'one code in 50 processes is accepted once',
    async attempt(world) {
      const id = await world.totp('ada');
      const code = codeAt(Date.now());
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, () => world.run(['device', 'verify', id, code], { killAfter: 80_000 })),
      );
      const accepted = verdicts.filter(({ exit }) => exit === 0).length;
      held(accepted === 1, `it was accepted ${accepted} times`);
      held(
        verdicts.every(({ exit }) => exit === 0 || exit === 1),
        'a process neither took nor refused it',
      );
    },
  },
  {
    number: 0,
    name: 'guesses of many processes end at the lock',
    async attempt(world) {
      const id = await world.totp('ada');
      const guess = () => String(world.random(1e6)).padStart(6, '0');
      await Promise.all(
        Array.from({ length: 25 }, () => world.run(['device', 'verify', id, guess()], { killAfter: 80_000 })),
      );
      const { status, fails } = JSON.parse(await world.must(['device', 'show', id, '-o', 'json'])) as Record<
        string,
        unknown
      >;
      held(status === 'L' && Number(fails) <= 10, `after 25 guesses it is ${status} with ${fails} fails`);
    },
  },
  {
    number: 0,
    name: 'kill -9 in the middle of a verification leaves a sound store, and no code is good twice',
    async attempt(world) {
      const id = await world.totp('ada');
      const code = codeAt(Date.now());
      let yes = 0;
      for (let round = 0; round < 12; round++) {
        const { exit } = await world.run(['device', 'verify', id, code], { killAfter: 60 + world.random(250) });
        if (exit === 0) yes += 1;
      }
      held(yes <= 1, `the code was accepted ${yes} times`);
      for (const argv of [
        ['store', 'check'],
        ['audit', 'verify'],
      ]) {
        const { exit, stdout } = await world.run(argv);
        held(exit === 0, `otpctl ${argv.join(' ')}  is ${exit} after it: ${stdout.slice(0, 200)}`);
      }
    },
  },
];
