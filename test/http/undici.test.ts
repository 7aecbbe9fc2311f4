import * as undici from 'undici';
import { expect, it } from 'vitest';
import { Agent } from '../../src/http/agent.ts';

// src/http/agent.ts takes a file of undici that others are not meant to import: a release may move it.
it('has its Agent where it is taken from', () => {
  expect(Agent).toBe(undici.Agent);
});
