import type { Origin } from '../../domain/audit/origin.ts';
import type { Selection } from '../../domain/device/selection.ts';
import type { DialectName } from '../../domain/place/server.ts';
import { OTP_DEVICE_SCHEMA } from '../../domain/query/device-schema.ts';
import { pathSegment } from './devices/answer-members.ts';
import { rfcFilter } from './lists/rfc-filter.ts';
import { isSoffidId, soffidFilter } from './lists/soffid-filter.ts';

/** What a kind of server can do, and how it is to be asked. Code looks at these, never at the name of the kind. */
export interface ServerDialect {
  /** `totalResults` is surely the number of all devices, and never that of a page. */
  readonly countsAll: boolean;
  /** Ids are whole numbers, which a filter may compare. */
  readonly numericIds: boolean;
  /** It may take bulk requests: its ServiceProviderConfig says whether it does. */
  readonly mayTakeBulk: boolean;
  /** An `otpctl serve` may be behind it, which can do more. */
  readonly mayBeOtpctl: boolean;
  /** It keeps who changed a device and why, also where the device was already what it was to become. */
  readonly keepsOrigin: boolean;
  /** Attributes that a creation must have besides those that the operator gives. */
  readonly creation: Readonly<Record<string, unknown>>;
  /** Whether a text can be an id there: a device of any other is not asked for. */
  isId(text: string): boolean;
  /** A filter that finds all of a selection, and maybe more; undefined for every device. */
  filter(selection: Selection): string | undefined;
  /** The headers that carry who makes a change, and why. */
  headersOf(origin: Origin): Readonly<Record<string, string>>;
}

/** A server of which nothing is known but that it goes by RFC 7644. */
const RFC: ServerDialect = {
  countsAll: false,
  numericIds: false,
  mayTakeBulk: true,
  mayBeOtpctl: true,
  keepsOrigin: false,
  creation: { schemas: [OTP_DEVICE_SCHEMA], status: 'C' },
  isId: isPathSegment,
  filter: rfcFilter,
  headersOf: () => ({}),
};

const SOFFID: ServerDialect = {
  countsAll: true,
  numericIds: true,
  mayTakeBulk: false,
  mayBeOtpctl: false,
  keepsOrigin: false,
  creation: {},
  isId: isSoffidId,
  filter: soffidFilter,
  headersOf: () => ({}),
};

/** An `otpctl serve`, at its SCIM paths. */
export const OTPCTL: ServerDialect = {
  ...RFC,
  countsAll: true,
  keepsOrigin: true,
  headersOf: originHeaders,
};

export const SERVER_DIALECTS: Record<DialectName, ServerDialect> = { rfc: RFC, soffid: SOFFID };

/** Whether a text stands for itself in a path. */
function isPathSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && text.isWellFormed();
}

/** The reason, the ticket and the run of a change, as headers for an otpctl server, which keeps them with the change. */
export function originHeaders({ reason, ticket, run, undoes }: Origin): Readonly<Record<string, string>> {
  return {
    ...(reason !== undefined && { 'otpctl-reason': pathSegment(reason) }),
    ...(ticket !== undefined && { 'otpctl-ticket': pathSegment(ticket) }),
    ...(run !== undefined && { 'otpctl-run': run }),
    ...(undoes !== undefined && { 'otpctl-undoes': undoes }),
  };
}
