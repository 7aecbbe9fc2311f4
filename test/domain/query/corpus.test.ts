import { describe, expect, it } from 'vitest';
import { bindFilter } from '../../../src/domain/query/bind-filter.ts';
import { fulfils } from '../../../src/domain/query/evaluate.ts';
import { fulfilsUntyped } from '../../../src/domain/query/evaluate-untyped.ts';
import { FilterError } from '../../../src/domain/query/filter-error.ts';
import { parseFilter } from '../../../src/domain/query/parse-filter.ts';
import { printFilter } from '../../../src/domain/query/print-filter.ts';
import corpus from '../../vectors/scim-filters.json' with { type: 'json' };

interface Evaluation {
  readonly fixture?: string;
  readonly object?: Record<string, unknown>;
  readonly match?: boolean;
  readonly ids?: readonly string[];
  readonly caseExact?: boolean;
}

interface Case {
  readonly id: number;
  readonly expr: string;
  readonly valid: boolean;
  readonly azureExtension?: boolean;
  readonly eval?: readonly Evaluation[];
}

const cases = corpus.cases as unknown as readonly Case[];
const fixtures = corpus.fixtures as unknown as Record<
  string,
  readonly Record<string, unknown>[] | Record<string, unknown>
>;

/** Matches of one library that turns a value into another type first. Here a value is compared with its own type only. */
const COERCED: Readonly<Record<number, string>> = {
  301: 'co on a number, read as text',
  302: 'co on a boolean, read as text',
  305: 'sw on a number, read as text',
  306: 'sw on a boolean, read as text',
  310: 'ew on a number, read as text',
  311: 'ew on a boolean, read as text',
  317: 'lt on a boolean, read as a number: RFC 7644 has it an error',
  323: 'le on a boolean, read as a number: RFC 7644 has it an error',
};

describe('the filters of other projects, with the verdict of RFC 7644', () => {
  it.each(
    cases.map(({ id, expr, valid, azureExtension }) => ({ id, expr, accepted: valid || azureExtension === true })),
  )('$id accepted: $accepted  $expr', ({ expr, accepted }) => {
    if (accepted) {
      const filter = parseFilter(expr);
      expect(stripped(parseFilter(printFilter(filter)))).toEqual(stripped(filter));
    } else {
      expect(() => parseFilter(expr)).toThrow(FilterError);
    }
  });

  const evaluations = cases.flatMap(({ id, expr, eval: found = [] }) =>
    found.map((evaluation, at) => ({ id, at, expr, evaluation })),
  );

  it.each(evaluations.filter(({ id, evaluation }) => !(id in COERCED) && evaluation.caseExact !== true))(
    '$id matches what it must  $expr',
    ({ expr, evaluation }) => {
      const filter = parseFilter(expr);
      if (evaluation.object !== undefined) {
        expect(fulfilsUntyped(filter, evaluation.object)).toBe(evaluation.match);
      } else if (evaluation.ids !== undefined) {
        const resources = fixtures[evaluation.fixture ?? ''] as readonly Record<string, unknown>[];
        expect(resources.filter((each) => fulfilsUntyped(filter, each)).map(({ id }) => id)).toEqual(evaluation.ids);
      } else {
        expect(fulfilsUntyped(filter, fixtures[evaluation.fixture ?? ''] as Record<string, unknown>)).toBe(
          evaluation.match,
        );
      }
    },
  );

  it.each(evaluations.filter(({ evaluation }) => evaluation.caseExact !== undefined))(
    '$id matches by the case that its schema wants  $expr',
    ({ expr, evaluation: { object = {}, match, caseExact = false } }) => {
      const attributes = [{ name: 'str', type: 'string', caseExact }] as const;
      const bound = bindFilter(
        parseFilter(expr),
        { urn: 'urn:x', attributes, complex: [], multiValued: [], secret: [] },
        expr,
      );
      expect(fulfils(bound, object)).toBe(match);
    },
  );

  it('leaves out no evaluation but those that coerce', () => {
    expect(evaluations.length).toBeGreaterThan(150);
    expect(evaluations.filter(({ id }) => id in COERCED)).toHaveLength(Object.keys(COERCED).length);
  });
});

/** A tree without the places that it was read from. */
function stripped(filter: unknown): unknown {
  return JSON.parse(JSON.stringify(filter, (key, value) => (/position$/i.test(key) ? undefined : value)));
}
