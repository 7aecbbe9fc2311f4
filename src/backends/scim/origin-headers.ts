import type { Origin } from '../../domain/origin.ts';
import { pathSegment } from './answer-members.ts';

/** The reason and the ticket of a change, as an otpctl server keeps them with it. */
export function originHeaders({ reason, ticket }: Origin): Readonly<Record<string, string>> {
  return {
    ...(reason !== undefined && { 'otpctl-reason': pathSegment(reason) }),
    ...(ticket !== undefined && { 'otpctl-ticket': pathSegment(ticket) }),
  };
}
