import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../src/server/limits/rate-limiter.ts';
import { fixedClock } from '../support/fixed.ts';

describe('a rate limiter', () => {
  const flood = (limiter: ReturnType<typeof createRateLimiter>, clients: number) => {
    for (let client = 0; client < clients; client++) limiter.count(`stranger${client}`);
  };

  it('remembers a bounded number of clients', () => {
    const limiter = createRateLimiter(fixedClock(), 1, 100);
    flood(limiter, 10_000);
    expect(limiter.size()).toBe(100);
    expect(limiter.wait('stranger9999')).toBe(60);
    expect(limiter.wait('stranger1')).toBe(0);
  });

  it.each([2, 19, 20, 25])('forgets nobody with %i tries for any number of strangers with one each', (tries) => {
    const clock = fixedClock();
    const limiter = createRateLimiter(clock, 20, 100);
    for (let tried = 0; tried < tries; tried++) limiter.count('guesser');
    clock.advance(1);
    flood(limiter, 10_000);
    for (let left = tries; left < 20; left++) {
      expect(limiter.wait('guesser')).toBe(0);
      limiter.count('guesser');
    }
    expect(limiter.wait('guesser')).toBe(59);
  });

  it('turns nobody away who is new, however many others are at their limit', () => {
    const limiter = createRateLimiter(fixedClock(), 1, 100);
    flood(limiter, 1000);
    expect(limiter.wait('newcomer')).toBe(0);
  });

  it('forgets those whose time is over before all others', () => {
    const clock = fixedClock();
    const limiter = createRateLimiter(clock, 2, 3);
    for (const client of ['old', 'old', 'older', 'older']) limiter.count(client);
    clock.advance(60);
    for (const client of ['a', 'b', 'c']) limiter.count(client);
    for (const client of ['a', 'b', 'c']) limiter.count(client);
    expect(['a', 'b', 'c', 'old'].map((client) => limiter.wait(client))).toEqual([60, 60, 60, 0]);
    expect(limiter.size()).toBe(3);
  });

  it('takes back what was counted, once each', () => {
    const limiter = createRateLimiter(fixedClock(), 2, 10);
    for (const client of ['x', 'x']) limiter.count(client);
    expect(limiter.wait('x')).toBe(60);
    limiter.giveBack('x');
    expect(limiter.wait('x')).toBe(0);
    for (let given = 0; given < 5; given++) limiter.giveBack('x');
    for (const client of ['x', 'x']) limiter.count(client);
    expect(limiter.wait('x')).toBe(60);
    limiter.giveBack('nobody');
    expect(limiter.wait('nobody')).toBe(0);
  });

  it('does not last when the clock was set back', () => {
    const clock = fixedClock();
    const limiter = createRateLimiter(clock, 1, 100);
    limiter.count('x');
    clock.advance(-3600);
    expect(limiter.wait('x')).toBe(0);
  });
});
