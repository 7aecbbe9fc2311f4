import { OtpctlError } from '../../domain/errors.ts';
import { isRemote, wholeStore } from '../../domain/place/place.ts';
import type { Ds100Runs } from '../../ports/bulk/ds100-runs.ts';
import type { Ds100Need } from '../../ports/ds100-admin.ts';
import type { BulkUse, Context } from '../context.ts';
import { sayRegistry } from './ds100-print.ts';

/**
 * Runs over DS100 devices; where they are in the registry of a store, that is said. Errors: `not-supported-here` at a server,
 * `not-allowed` in a scope.
 */
export async function openDs100Runs(context: Context, needs: readonly Ds100Need[], use: BulkUse): Promise<Ds100Runs> {
  const runs = await context.ds100Runs(needs, use);
  if (runs === undefined) {
    const place = await context.place();
    if (!isRemote(place)) wholeStore(place);
    throw new OtpctlError(
      'not-supported-here',
      'a server keeps no registry of DS100 devices',
      'name a local store with  --store PATH,  or say how RSA is reached: see  docs/securid.md',
    );
  }
  if (runs.isRegistry) await sayRegistry(context);
  return runs;
}
