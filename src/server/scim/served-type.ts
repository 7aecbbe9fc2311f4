import type { Origin } from '../../domain/audit/origin.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { ListQuery } from '../../scim/messages/list-query.ts';
import type { Resource } from '../../scim/schema/resource.ts';
import type { Attributes, ResourceType } from '../../scim/schema/schema.ts';
import type { Exchange } from './exchange.ts';
import type { ScimRole } from './scim-deps.ts';

/** What can be done with resources of a type: with its schema, all that the engine needs of one. */
export interface ServedType {
  /** Where they are, below the base: `/OtpDevice`. */
  readonly endpoint: string;
  /** Required attributes that a creation may leave to the server. */
  readonly defaulted: readonly string[];
  /** The type as it is now: its canonical values may follow settings. */
  describe(): Promise<ResourceType>;
  /** As it was described last: for what is read, which no canonical value changes. */
  described(): ResourceType;
  find(id: string): Promise<Resource | undefined>;
  /** A page, and how many there are. */
  list(
    query: ListQuery,
    exchange: Exchange,
  ): Promise<{ readonly total: number; readonly resources: readonly Resource[] }>;
  create(attributes: Attributes, origin: Origin): Promise<Created>;
  /** Which role it takes to make this of that. */
  roleOf(before: Attributes, after: Attributes): ScimRole;
  /** `named` are the attributes that the request gives a value: also where they have it. */
  change(
    id: string,
    before: Attributes,
    after: Attributes,
    origin: Origin,
    precondition: Precondition,
    named: ReadonlySet<string>,
  ): Promise<Resource>;
  remove(id: string, origin: Origin, precondition: Precondition): Promise<void>;
}

interface Created {
  readonly resource: Resource;
  /** Attributes that can be had now and never again; made when they are wanted. */
  once(): Attributes;
}
