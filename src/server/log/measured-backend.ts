import type { Device } from '../../domain/device/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Judgement, Verdict } from '../../domain/verification/verification.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { Metrics } from './metrics.ts';

/** A backend whose verifications, locks and messages are counted. */
export function measured(backend: ServableBackend, metrics: Metrics): ServableBackend {
  const { verifications, locks, messages } = metrics;
  const judged = async (judging: Promise<Judgement>): Promise<Verdict> => {
    const { verdict, type, locks: hasLocked } = await judging;
    verifications.add(type, verdict.success ? 'accepted' : 'rejected');
    if (hasLocked) locks.add(type, 'fails');
    return verdict;
  };
  const { resources } = backend;
  return {
    ...backend,
    resources: {
      ...resources,
      async put(id, changes, origin, precondition) {
        const before = changes.status === 'L' ? await backend.find(id) : undefined;
        const resource = await resources.put(id, changes, origin, precondition);
        if (before !== undefined && before.status !== 'L') locks.add(resource.type, 'administrator');
        return resource;
      },
    },
    within: async (scope) => measured(await backend.within(scope), metrics),
    verify: (id, code, origin) => judged(backend.judge(id, [code], origin)),
    resync: (id, codes, origin) => judged(backend.judge(id, codes, origin)),

    async challenge(id, options, origin) {
      try {
        const receipt = await backend.challenge(id, options, origin);
        if (receipt.channel !== undefined && receipt.sent) messages.add(receipt.channel, 'sent');
        return receipt;
      } catch (error) {
        if (error instanceof OtpctlError && error.code === 'delivery-failed') {
          const device = await backend.find(id);
          if (device !== undefined) messages.add(channelOf(device, options.voice), 'failed');
        }
        throw error;
      }
    },

    async transition(id, to, origin) {
      if (to !== 'lock') return backend.transition(id, to, origin);
      const before = await backend.find(id);
      const device = await backend.transition(id, to, origin);
      if (before?.status !== 'L') locks.add(device.type, 'administrator');
      return device;
    },
  };
}

function channelOf({ type }: Device, voice = false): string {
  return voice ? 'voice' : (deviceTypes[type].channels?.[0] ?? 'none');
}
