import type { KeyObject } from 'node:crypto';
import type { Page, Selection } from '../../domain/device/selection.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { comparisonsIn, type Held, reached, selectionCost } from '../../domain/query/selection-cost.ts';
import { grouped } from '../../domain/text/counted.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { DeviceResources } from '../../ports/device-resources.ts';
import type { LongReads } from '../../ports/store/long-reads.ts';

/** How often a device may be held against a comparison for one list: some seconds of one processor. */
const BUDGET = 10_000_000;

/** Where everything is read in a few milliseconds, it is read at once: to hand it to another thread takes as long. */
const FEW_DEVICES = 10_000;
const LITTLE = 20_000;

interface ServedDeps {
  /** No less than there are devices; takes no time. */
  size(): number;
  readonly held: Held;
  /** Made when it is first needed. */
  longReads(): Promise<LongReads>;
  auditKey(): Promise<KeyObject>;
}

/**
 * A backend for many clients at once: what takes long is bounded, and read apart from the thread that answers them.
 * Errors of every selection: also `too-costly`.
 */
export function withServedReads(backend: ServableBackend, deps: ServedDeps): ServableBackend {
  const { longReads, auditKey } = deps;
  /** Whether a selection is read here; refuses what would take too long anywhere. */
  const isNear = (selection: Selection): boolean => {
    const size = deps.size();
    const cost = selectionCost(selection, size, deps.held);
    if (cost > BUDGET) throw tooCostly(comparisonsIn(selection), reached(selection, size, deps.held));
    return size <= FEW_DEVICES && cost <= LITTLE;
  };
  return {
    ...backend,
    async *list(selection, page) {
      if (isNear(selection) || page.limit === undefined) yield* backend.list(selection, page);
      else yield await (await longReads()).devices(selection, page);
    },
    async count(selection, page) {
      return isNear(selection) ? backend.count(selection, page) : (await longReads()).count(selection);
    },
    resources: withLongLists(backend.resources, isNear, longReads),
    audit: {
      ...backend.audit,
      verify: async () => (await longReads()).verifyAudit(await auditKey()),
    },
  };
}

function withLongLists(
  resources: DeviceResources,
  isNear: (selection: Selection) => boolean,
  longReads: ServedDeps['longReads'],
): DeviceResources {
  return {
    ...resources,
    async *list(selection: Selection, page: Page) {
      if (isNear(selection)) yield* resources.list(selection, page);
      else yield await (await longReads()).resources(selection, page);
    },
  };
}

function tooCostly(comparisons: number, devices: number): OtpctlError {
  return new OtpctlError(
    'too-costly',
    `${grouped(comparisons)} comparisons with ${grouped(devices)} devices are more than this server does for one list`,
    'use fewer, or say which user, name or id with  eq',
  );
}
