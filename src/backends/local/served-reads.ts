import type { KeyObject } from 'node:crypto';
import type { Page, Selection } from '../../domain/device/selection.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { comparisonsIn, type DevicesWith, lookedAt, selectionCost } from '../../domain/query/selection-cost.ts';
import { bothScopes, comparisonsInScope, type Scope } from '../../domain/scope.ts';
import { grouped } from '../../domain/text/counted.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { DeviceResources } from '../../ports/device-resources.ts';
import type { LongReads } from '../../ports/store/long-reads.ts';

/** How many comparisons of a device with a value one list may take: some seconds of one processor. */
const BUDGET = 10_000_000;

/** What takes a few milliseconds is read by the thread that answers: to hand it to another takes as long. */
const FEW_DEVICES = 10_000;
const FEW_COMPARISONS = 20_000;

/** A user is read, with their groups and attributes, to be compared once. */
const COMPARISONS_AS_LONG = 4;

interface ServedDeps {
  /** At least as many as there are devices. Takes no time. */
  size(): number;
  readonly devicesWith: DevicesWith;
  /** Made when it is first needed. */
  longReads(): Promise<LongReads>;
  auditKey(): Promise<KeyObject>;
  /** That of the backend. */
  readonly scope?: Scope | undefined;
}

/**
 * A backend for many clients at once. What would take too long is refused, and what takes long is read in another thread
 * than the one that answers clients. Errors of every selection: also `too-costly`.
 */
export function withServedReads(backend: ServableBackend, deps: ServedDeps): ServableBackend {
  const { longReads, auditKey, scope } = deps;
  const ofScope = COMPARISONS_AS_LONG * comparisonsInScope(scope);
  /** Whether a selection is read by this thread. Refuses what would take too long in any. */
  const isQuick = (selection: Selection): boolean => {
    const size = deps.size();
    const looked = lookedAt(selection, size, deps.devicesWith);
    const cost = selectionCost(selection, size, deps.devicesWith) + looked * ofScope;
    if (cost > BUDGET) {
      // How many devices there are is nothing to be told in a scope.
      throw tooCostly(comparisonsIn(selection), scope === undefined ? looked : undefined);
    }
    return size <= FEW_DEVICES && cost <= FEW_COMPARISONS;
  };
  return {
    ...backend,
    async *list(selection, page) {
      if (isQuick(selection) || page.limit === undefined) yield* backend.list(selection, page);
      else yield await (await longReads()).devices(selection, page, scope);
    },
    async count(selection, page) {
      return isQuick(selection) ? backend.count(selection, page) : (await longReads()).count(selection, scope);
    },
    resources: withLongLists(backend.resources, isQuick, deps),
    audit:
      scope === undefined
        ? { ...backend.audit, verify: async () => (await longReads()).verifyAudit(await auditKey()) }
        : backend.audit,
    within: async (narrower) =>
      withServedReads(await backend.within(narrower), { ...deps, scope: bothScopes(scope, narrower) }),
  };
}

function withLongLists(
  resources: DeviceResources,
  isQuick: (selection: Selection) => boolean,
  { longReads, scope }: Pick<ServedDeps, 'longReads' | 'scope'>,
): DeviceResources {
  return {
    ...resources,
    async *list(selection: Selection, page: Page) {
      if (isQuick(selection)) yield* resources.list(selection, page);
      else yield await (await longReads()).resources(selection, page, scope);
    },
  };
}

function tooCostly(comparisons: number, devices: number | undefined): OtpctlError {
  return new OtpctlError(
    'too-costly',
    `${grouped(comparisons)} comparisons with ${devices === undefined ? 'so many' : grouped(devices)} devices are more than this server does for one list`,
    'use fewer, or say which user, name or id with  eq',
  );
}
