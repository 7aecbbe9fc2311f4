import type { Action } from '../../domain/api-key/rights.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { ListQuery } from '../../scim/messages/list-query.ts';
import type { Resource } from '../../scim/schema/resource.ts';
import type { Attributes, ResourceType } from '../../scim/schema/schema.ts';
import type { RequestContext } from './request-context.ts';

/** A type of resources that is served: its schema, and what can be done with its resources. */
export interface ServedType {
  /** Its path below the base: `/OtpDevice`. */
  readonly endpoint: string;
  /** Required attributes that have a default in a creation. */
  readonly defaulted: readonly string[];
  /** The type as it is now: the canonical values of its schema may depend on settings. */
  describe(context: RequestContext): Promise<ResourceType>;
  /** As it was described last: good enough for reads, which need no canonical values. */
  lastDescribed(): ResourceType;
  find(context: RequestContext, id: string): Promise<Resource | undefined>;
  /** A page of the resources, and how many there are in all. */
  list(
    query: ListQuery,
    context: RequestContext,
  ): Promise<{ readonly total: number; readonly resources: readonly Resource[] }>;
  create(context: RequestContext, attributes: Attributes, origin: Origin): Promise<Created>;
  /** What it is to change a resource from one state to the other, or to create it as it is asked for. */
  actionOf(before: Attributes | undefined, after: Attributes): Action;
  /** `named` are the attributes to which the request gives a value, even if it is the value that they have. */
  change(
    context: RequestContext,
    id: string,
    before: Attributes,
    after: Attributes,
    origin: Origin,
    precondition: Precondition,
    named: ReadonlySet<string>,
  ): Promise<Resource>;
  remove(context: RequestContext, id: string, origin: Origin, precondition: Precondition): Promise<void>;
}

interface Created {
  readonly resource: Resource;
  /** Attributes that only the answer to a creation can have, such as a QR code; made when they are wanted. */
  oneTimeAttributes(): Attributes;
}
