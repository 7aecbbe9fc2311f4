import { describe, expect, it } from 'vitest';
import { bindFilter } from '../../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA } from '../../../src/domain/query/device-schema.ts';
import { parseFilter } from '../../../src/domain/query/parse-filter.ts';
import { selectionCost } from '../../../src/domain/query/selection-cost.ts';

const filter = (text: string) => bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
const MILLION = 1_000_000;

describe('what a selection costs among a million devices', () => {
  it.each([
    ['status eq "V"', MILLION],
    ['status eq "V" and not (type eq "TOTP" or fails gt 3)', 3 * MILLION],
    ['user co "a"', MILLION],
    ['user pr', MILLION],
    ['user eq null', MILLION],
    ['user ne "ada"', MILLION],
    ['not (user eq "ada")', MILLION],
    ['user eq "ada" or name co "b"', 2 * MILLION],
    ['id eq "7"', 1],
    ['user eq "ada"', 10],
    ['user eq "ada" and status eq "V" and email co "x"', 30],
    [Array.from({ length: 100 }, (_, id) => `id eq "${id + 1}"`).join(' or '), 10_000],
  ])('%s', (text, cost) => {
    expect(selectionCost({ filter: filter(text) }, MILLION)).toBe(cost);
  });

  it.each([
    [{}, MILLION],
    [{ words: ['a', 'b'] }, 4 * MILLION],
    [{ user: 'ada' }, 10],
    [{ name: 'x', types: ['TOTP'], words: ['a'] }, 40],
  ] as const)('%j', (selection, cost) => {
    expect(selectionCost(selection, MILLION)).toBe(cost);
  });

  it('is never more than all of them take', () => {
    expect(selectionCost({ user: 'ada' }, 3)).toBe(3);
  });

  it('of a user or a name is that of as many devices as they have, and of very many that of all', () => {
    const devicesWith = (attribute: string, value: string) =>
      value === 'many' ? Number.POSITIVE_INFINITY : attribute === 'user' ? 3 : 2;
    const cost = (text: string) => selectionCost({ filter: filter(text) }, MILLION, devicesWith);
    expect(cost('user eq "ada" and email co "x"')).toBe(6);
    expect(cost('user eq "ada" or name eq "x"')).toBe(10);
    expect(cost('user eq "many" and email co "x"')).toBe(2 * MILLION);
    expect(cost('user eq "ada" or user eq "many"')).toBe(2 * MILLION);
    expect(selectionCost({ user: 'many' }, MILLION, devicesWith)).toBe(MILLION);
  });
});
