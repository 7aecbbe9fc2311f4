import { createHash } from 'node:crypto';
import { DEVICE_STATUSES, type DeviceStatus } from '../domain/device.ts';
import { OtpctlError } from '../domain/errors.ts';
import { LAST_DEVICE } from '../domain/guards.ts';
import { parseMoment, toIso } from '../domain/instant.ts';
import type { Limits, Plan } from '../domain/plan.ts';
import type { PlannedRow, Target } from '../domain/run.ts';

const FORMAT = 'otpctl-plan/1';
const COMMANDS = ['disable-stale', 'update', 'delete'] as const;

/** The SHA-256 of the bytes of a plan, as `sha256sum` prints it. */
export function planDigest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A plan as a file: a head with the digest of the rest, and a line for each device, to be read by people too. */
export function writePlan({ rows, ...head }: Plan): Uint8Array {
  const lines = rows.map((row) =>
    JSON.stringify({ ...row, ...(row.lastUsed !== undefined && { lastUsed: toIso(row.lastUsed) }) }),
  );
  const times = { created: toIso(head.created), expires: toIso(head.expires) };
  const intro = JSON.stringify({ format: FORMAT, ...head, ...times, devices: rows.length });
  const body = [intro, ...lines].join('\n');
  return new TextEncoder().encode(
    `${JSON.stringify({ sha256: planDigest(new TextEncoder().encode(body)) })}\n${body}\n`,
  );
}

/** Reads a plan. Errors: `plan-refused` when it is not whole, or not as it was written. */
export function readPlan(content: Uint8Array): Plan {
  const text = new TextDecoder().decode(content);
  const end = text.indexOf('\n');
  const body = text.slice(end + 1).replace(/\n$/, '');
  if (end < 0 || field(parse(text.slice(0, end)), 'sha256') !== planDigest(new TextEncoder().encode(body)))
    throw damaged();
  const [intro = '', ...lines] = body.split('\n');
  const head = parse(intro);
  if (field(head, 'format') !== FORMAT || field(head, 'devices') !== lines.length) throw damaged();
  const [reason, ticket] = [field(head, 'reason'), field(head, 'ticket')];
  return {
    command: oneOf(COMMANDS, field(head, 'command')),
    place: textOf(field(head, 'place')),
    created: momentOf(field(head, 'created')),
    expires: momentOf(field(head, 'expires')),
    ...(reason !== undefined && { reason: textOf(reason) }),
    ...(ticket !== undefined && { ticket: textOf(ticket) }),
    limits: limitsOf(field(head, 'limits')),
    rows: lines.map((line) => rowOf(parse(line))),
  };
}

function rowOf(value: unknown): PlannedRow {
  const lastUsed = field(value, 'lastUsed');
  const kept = field(value, 'kept');
  return {
    id: textOf(field(value, 'id')),
    name: textOf(field(value, 'name')),
    user: textOf(field(value, 'user')),
    // A server may have one that nobody knows.
    from: textOf(field(value, 'from')) as DeviceStatus,
    to: oneOf<Target>([...DEVICE_STATUSES, 'deleted'], field(value, 'to')),
    ...(lastUsed !== undefined && { lastUsed: momentOf(lastUsed) }),
    rule: textOf(field(value, 'rule')),
    ...(kept !== undefined && {
      kept: {
        outcome: oneOf(['skipped', 'failed'] as const, field(kept, 'outcome')),
        reason: textOf(field(kept, 'reason')),
      },
    }),
  };
}

function limitsOf(value: unknown): Limits {
  const [max, signalSince] = [field(value, 'max'), field(value, 'signalSince')];
  return {
    ...(max !== undefined && { max: numberOf(max) }),
    maxPercent: numberOf(field(value, 'maxPercent')),
    lastDevice: oneOf(LAST_DEVICE, field(value, 'lastDevice')),
    ...(signalSince !== undefined && { signalSince: numberOf(signalSince) }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) throw damaged();
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw damaged();
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw damaged();
}

function momentOf(value: unknown): number {
  return parseMoment(textOf(value)) ?? numberOf(undefined);
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw damaged();
  return found;
}

function damaged(): OtpctlError {
  return new OtpctlError(
    'plan-refused',
    'the plan is damaged: it is not what was written',
    'make a new one with  --plan-out',
  );
}
