import { describe, expect, it } from 'vitest';
import {
  createdBefore,
  ofUnknownAge,
  staleReason,
  unusedFor,
  unusedSince,
  usedAfter,
} from '../../src/domain/device/staleness.ts';
import type { BoundFilter } from '../../src/domain/query/bind-filter.ts';
import { deviceResource } from '../../src/domain/query/device-schema.ts';
import { fulfils } from '../../src/domain/query/evaluate.ts';
import { NEW_YEAR } from '../support/fixed.ts';

const DAY = 86_400;
const FAR = Date.UTC(8000, 0) / 1000;
const BASE = { name: 'n', type: 'PIN', user: 'u', status: 'V', fails: 0, lastModified: NEW_YEAR } as const;

/** Devices by their names: when they were created, and when they were used. */
const DEVICES: Record<string, readonly [created: number, lastUsed?: number]> = {
  'used before': [NEW_YEAR - 9 * DAY, NEW_YEAR - 1],
  'used at': [NEW_YEAR - 9 * DAY, NEW_YEAR],
  'used after': [NEW_YEAR - 9 * DAY, NEW_YEAR + 1],
  'used some day': [NEW_YEAR - 9 * DAY, FAR],
  'never, made before': [NEW_YEAR - 1],
  'never, made at': [NEW_YEAR],
  'never, made after': [NEW_YEAR + 1],
  'never, made some day': [FAR],
};

const chosenBy = (filter: BoundFilter) =>
  Object.entries(DEVICES)
    .filter(([name, [created, lastUsed]]) => {
      const device = { ...BASE, id: '1', name, created, ...(lastUsed !== undefined && { lastUsed }) };
      return fulfils(filter, deviceResource(device));
    })
    .map(([name]) => name);

describe('what is stale at a moment', () => {
  const used = ['used before', 'used at'];
  const never = ['never, made before', 'never, made at'];

  it.each([
    ['include', [...used, ...never]],
    ['exclude', used],
    ['only', never],
  ] as const)('with --never-used %s', (neverUsed, names) => {
    expect(chosenBy(unusedSince(NEW_YEAR, neverUsed))).toEqual(names);
  });

  it.each([
    ['include', ['used some day', 'never, made some day']],
    ['exclude', ['used some day']],
    ['only', ['never, made some day']],
  ] as const)('cannot be told of times that are none of ours, with --never-used %s', (neverUsed, names) => {
    expect(chosenBy(ofUnknownAge(neverUsed))).toEqual(names);
  });

  it('is seen against what was used after it, and made before it', () => {
    expect(chosenBy(usedAfter(NEW_YEAR))).toEqual(['used after', 'used some day']);
    expect(chosenBy(createdBefore(NEW_YEAR))).toEqual([
      ...['used before', 'used at', 'used after', 'used some day'],
      'never, made before',
    ]);
  });
});

describe('why a device is stale, in words', () => {
  const used = (seconds: number) => ({ ...BASE, id: '1', created: 0, lastUsed: NEW_YEAR - seconds });

  it.each([
    [DAY, { seconds: 3600 }, '1 d ago > 1 h'],
    [DAY - 1, { seconds: 3600 }, '23 h ago > 1 h'],
    [3600, { seconds: 1 }, '1 h ago > 1 s'],
    [3599, { seconds: 90 }, '3599 s ago > 90 s'],
    [800 * DAY, { months: 24 }, '800 d ago > 2 y'],
    [800 * DAY, { months: 13 }, '800 d ago > 13 mo'],
    [2 * DAY, { seconds: 2 * DAY }, '2 d ago = 2 d'],
  ])('%i seconds for %j: %s', (seconds, duration, text) => {
    expect(staleReason(used(seconds), unusedFor(NEW_YEAR, duration))).toBe(`last used ${text}`);
  });
});
