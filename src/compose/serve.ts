import type { Context, ServeOptions } from '../cli/context.ts';
import type { LocalPlace } from '../domain/place/place.ts';
import { pngQr } from '../output/qr-image.ts';
import { registerScim } from '../server/scim/register-scim.ts';
import { serve } from '../server/serve.ts';
import type { OpenContext } from './open-context.ts';

/** Serves a store until the process is told to end. The address and the log go to stderr. */
export async function serveStore(
  place: LocalPlace,
  options: ServeOptions,
  { io: { interruption, stderr }, print }: Pick<Context, 'io' | 'print'>,
  by: OpenContext,
): Promise<void> {
  const { limits } = by.replaced;
  const { openLocal } = await import('./local.ts');
  const { backend } = await openLocal(place, { serving: true }, by);
  try {
    await serve(
      {
        backend,
        clock: by.clock,
        random: by.random,
        announce: print.notice,
        log: { write: (line) => void stderr.write(line) },
        interruption,
        ...(limits !== undefined && { limits }),
        mounts: [(app, surface) => registerScim(app, { ...surface, qrPng: pngQr })],
      },
      options,
    );
  } finally {
    backend.close();
  }
}
