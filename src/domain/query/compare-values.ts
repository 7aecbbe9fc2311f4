import { foldText } from '../user.ts';
import type { Operator } from './filter.ts';

/** Compares two texts of the same form: exact ones, or folds. Order is by code point, as UTF-8 bytes have it. */
export function compareTexts(operator: Operator, value: string, wanted: string): boolean {
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'co':
      return value.includes(wanted);
    case 'sw':
      return value.startsWith(wanted);
    case 'ew':
      return value.endsWith(wanted);
    default:
      return inOrder(operator, Buffer.compare(Buffer.from(value), Buffer.from(wanted)));
  }
}

export function compareNumbers(operator: Operator, value: number | bigint, wanted: number | bigint): boolean {
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    default:
      return inOrder(operator, value < wanted ? -1 : value > wanted ? 1 : 0);
  }
}

/** Compares texts without case. */
export function compareFolded(operator: Operator, value: string, wanted: string): boolean {
  return compareTexts(operator, foldText(value), foldText(wanted));
}

function inOrder(operator: Operator, order: number): boolean {
  if (operator === 'gt') return order > 0;
  if (operator === 'ge') return order >= 0;
  if (operator === 'lt') return order < 0;
  return operator === 'le' && order <= 0;
}
