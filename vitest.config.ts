import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a busy machine, and that is no failure.
    expect: { poll: { timeout: 30_000 } },
    // Much of it waits for processes: a worker for each core.
    maxWorkers: '100%',
  },
});
