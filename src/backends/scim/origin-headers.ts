import type { Origin } from '../../domain/origin.ts';

/** The reason and the ticket of a change, as an otpctl server keeps them with it. */
export function originHeaders({ reason, ticket }: Origin): Readonly<Record<string, string>> {
  return {
    ...(reason !== undefined && { 'otpctl-reason': encodeURIComponent(reason) }),
    ...(ticket !== undefined && { 'otpctl-ticket': encodeURIComponent(ticket) }),
  };
}
