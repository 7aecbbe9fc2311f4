import { createHash, timingSafeEqual } from 'node:crypto';
import { DEVICE_STATUSES, type DeviceStatus } from '../domain/device/device.ts';
import { OtpctlError } from '../domain/errors.ts';
import { parseMoment, toIso } from '../domain/instant.ts';
import { LAST_DEVICE } from '../domain/run/guards.ts';
import type { Limits, Plan, PlanSeal } from '../domain/run/plan.ts';
import { cellsOf, type PlannedChange, type Target, unchangeableOf } from '../domain/run/run-row.ts';
import { hasControlCharacters } from '../domain/text/printable.ts';
import { JsonProblem, parseJson } from '../domain/text/strict-json.ts';
import { decodeUtf8 } from '../domain/text/utf8.ts';

const FORMAT = 'otpctl-plan/1';
const COMMANDS = ['disable-stale', 'update', 'delete'] as const;

/** The SHA-256 of the bytes of a plan, as `sha256sum` prints it. */
export function planDigest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * A plan as a file: a head with the digest of the rest, and a line for each device, to be read by people too. `seal`
 * says by a MAC of the rest who made it.
 */
export function writePlan({ rows, ...head }: Plan, seal?: PlanSeal): Uint8Array {
  const lines = rows.map(lineOf);
  const times = { created: toIso(head.created), expires: toIso(head.expires) };
  const intro = JSON.stringify({ format: FORMAT, ...head, ...times, devices: rows.length });
  const body = [intro, ...lines].join('\n');
  const bytes = new TextEncoder().encode(body);
  const mac = seal === undefined ? {} : { mac: seal(bytes) };
  return new TextEncoder().encode(`${JSON.stringify({ sha256: planDigest(bytes), ...mac })}\n${body}\n`);
}

/** Refuses (`plan-refused`) a plan whose MAC is not what a place gives to what it says. */
export function refuseUnsealed(content: Uint8Array, seal: PlanSeal): void {
  const { head, body } = partsOf(content);
  const mac = field(head, 'mac');
  const meant = Buffer.from(seal(body));
  const given = Buffer.from(typeof mac === 'string' ? mac : '');
  if (given.length === meant.length && timingSafeEqual(given, meant)) return;
  throw new OtpctlError(
    'plan-refused',
    'the plan is not one that this store made',
    'make a new one with  --plan-out;  a digest says what was looked at, and not who made it',
  );
}

function partsOf(content: Uint8Array): { readonly head: unknown; readonly body: Uint8Array } {
  const text = decodeUtf8(content, 'the plan');
  const end = text.indexOf('\n');
  if (end < 0) throw damaged();
  return { head: parse(text.slice(0, end)), body: new TextEncoder().encode(text.slice(end + 1).replace(/\n$/, '')) };
}

/** Reads a plan. Errors: `plan-refused` when it is not whole, or not as it was written. */
export function readPlan(content: Uint8Array): Plan {
  const parts = partsOf(content);
  if (field(parts.head, 'sha256') !== planDigest(parts.body)) throw damaged();
  const [intro = '', ...lines] = new TextDecoder().decode(parts.body).split('\n');
  const head = parse(intro);
  if (field(head, 'format') !== FORMAT || field(head, 'devices') !== lines.length) throw damaged();
  const [reason, ticket] = [field(head, 'reason'), field(head, 'ticket')];
  const command = oneOf(COMMANDS, field(head, 'command'));
  const rows = lines.map((line) => rowOf(parse(line)));
  if (!rows.every((row) => isOf(command, row))) throw damaged();
  return {
    command,
    place: textOf(field(head, 'place')),
    created: momentOf(field(head, 'created')),
    expires: momentOf(field(head, 'expires')),
    ...(reason !== undefined && { reason: noteOf(reason) }),
    ...(ticket !== undefined && { ticket: noteOf(ticket) }),
    limits: limitsOf(field(head, 'limits')),
    rows,
  };
}

function lineOf(row: PlannedChange): string {
  const { id, name, user, from, to } = cellsOf(row);
  const lastUsed = row.kind === 'change' && row.lastUsed !== undefined ? { lastUsed: toIso(row.lastUsed) } : {};
  const kept = row.outcome === 'planned' ? {} : { kept: { outcome: row.outcome, reason: row.reason } };
  return JSON.stringify({ id, name, user, from, to, ...lastUsed, rule: row.rule, ...kept });
}

/** Whether a command makes that of a device. */
function isOf(command: Plan['command'], row: PlannedChange): boolean {
  if (row.outcome !== 'planned') return true;
  const { from, to } = row;
  if (command === 'delete' || to === 'deleted') return command === 'delete' && to === 'deleted';
  return from !== to && (command === 'update' || to === 'D');
}

function rowOf(value: unknown): PlannedChange {
  const [lastUsed, kept] = [field(value, 'lastUsed'), field(value, 'kept')];
  const rule = textOf(field(value, 'rule'));
  const cells = {
    id: textOf(field(value, 'id')),
    name: textOf(field(value, 'name')),
    user: textOf(field(value, 'user')),
    // A server may have one that nobody knows.
    from: textOf(field(value, 'from')) as DeviceStatus,
    to: oneOf<Target>([...DEVICE_STATUSES, 'deleted'], field(value, 'to')),
  };
  const used = lastUsed === undefined ? {} : { lastUsed: momentOf(lastUsed) };
  const change = { kind: 'change', ...cells, ...used, rule } as const;
  if (kept === undefined) return { ...change, outcome: 'planned' };
  const outcome = oneOf(['skipped', 'failed'] as const, field(kept, 'outcome'));
  const reason = textOf(field(kept, 'reason'));
  if (outcome === 'skipped' || cells.from !== cells.to) return { ...change, outcome, reason };
  return { ...unchangeableOf(cells), rule, outcome, reason };
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
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) throw damaged();
    throw error;
  }
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) throw damaged();
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** What is said with a run, as `--reason` and `--ticket` take it. */
function noteOf(value: unknown): string {
  const note = textOf(value);
  if (hasControlCharacters(note) || note.length > 1000) throw damaged();
  return note;
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
