import { TestRunner } from 'vitest';

/** Where an implementation cannot do what the contract says, and why. Titles are those of tests, or how they begin. */
export type Differences = Readonly<Record<string, readonly string[]>>;

/**
 * Has the test that runs fail, if it is one of those that must: a difference that is none any more is an error too.
 */
export function expectDifference(differences: Differences): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) return;
  const differs = Object.values(differences).some((titles) => titles.some((each) => test.name.startsWith(each)));
  if (differs) test.fails = true;
}
