/** The comparison operators of RFC 7644 section 3.4.2.2; `pr` compares with nothing and is a node of its own. */
export const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A JSON literal. */
export type Literal = string | number | boolean | null;

/** `urn:...:OtpDevice:meta.created`: a schema, an attribute and a sub-attribute, the first and the last if written. */
export interface AttributePath {
  readonly urn?: string;
  readonly attribute: string;
  readonly sub?: string;
}

/** A filter as a tree. Neighbours of one `and` or `or` are one node. Positions count characters from 0. */
export type Filter =
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath; readonly position: number }
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly operator: Operator;
      readonly value: Literal;
      readonly position: number;
      readonly operatorPosition: number;
      readonly valuePosition: number;
    }
  | {
      readonly kind: 'valuePath';
      readonly path: AttributePath;
      /** What one value of the attribute must fulfil; its paths are sub-attributes. */
      readonly filter: Filter;
      readonly position: number;
    };

/** A visitor that misses a kind of node does not compile. */
export type FilterVisitor<T> = { readonly [K in Filter['kind']]: (node: Extract<Filter, { kind: K }>) => T };

export function visit<T>(filter: Filter, visitor: FilterVisitor<T>): T {
  return (visitor[filter.kind] as (node: Filter) => T)(filter);
}

export function pathText({ urn, attribute, sub }: AttributePath): string {
  return `${urn === undefined ? '' : `${urn}:`}${attribute}${sub === undefined ? '' : `.${sub}`}`;
}
