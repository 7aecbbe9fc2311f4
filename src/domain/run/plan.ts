import { OtpctlError } from '../errors.ts';
import { type Instant, toIso } from '../instant.ts';
import type { LastDevice } from './guards.ts';
import type { RunCommand } from './run.ts';
import type { PlannedChange } from './run-row.ts';

/** What the guards of a run may let pass. */
export interface Limits {
  readonly max?: number;
  readonly maxPercent: number;
  readonly lastDevice: LastDevice;
  /** The moment since which some device must have been used. */
  readonly signalSince?: Instant;
}

/** A run to be: reviewed by somebody, and applied as it is or not at all. */
export interface Plan {
  readonly command: RunCommand;
  /** The one place that it is for, as that calls itself. */
  readonly place: string;
  readonly created: Instant;
  readonly expires: Instant;
  /** Why, and by which ticket, as it was said when the plan was made. */
  readonly reason?: string;
  readonly ticket?: string;
  readonly limits: Limits;
  readonly rows: readonly PlannedChange[];
}

/** The MAC of what a plan says, in hexadecimal digits, under a key that only its place has. */
export type PlanSeal = (body: Uint8Array) => string;

/** Refuses (`plan-refused`) a plan that has expired, or is for another place. */
export function refusePlan(plan: Plan, place: string, now: Instant): void {
  if (plan.place !== place) {
    throw new OtpctlError('plan-refused', `the plan is for ${plan.place}, and this is ${place}`, 'nothing was changed');
  }
  if (now < plan.expires) return;
  throw new OtpctlError(
    'plan-refused',
    `the plan expired at ${toIso(plan.expires)}`,
    'make a new one with  --plan-out',
  );
}
