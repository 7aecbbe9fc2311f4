import type { Origin } from '../../../domain/audit/origin.ts';
import { pathSegment } from '../devices/answer-members.ts';

/** The reason, the ticket and the run of a change, as an otpctl server keeps them with it. */
export function originHeaders({ reason, ticket, run, undoes }: Origin): Readonly<Record<string, string>> {
  return {
    ...(reason !== undefined && { 'otpctl-reason': pathSegment(reason) }),
    ...(ticket !== undefined && { 'otpctl-ticket': pathSegment(ticket) }),
    ...(run !== undefined && { 'otpctl-run': run }),
    ...(undoes !== undefined && { 'otpctl-undoes': undoes }),
  };
}
