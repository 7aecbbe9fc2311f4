import type { Device } from '../../domain/device/device.ts';
import { statusWord } from '../../domain/device/device.ts';
import { isBarred } from '../../domain/device/lifecycle.ts';
import { printable } from '../../domain/text/printable.ts';
import type { Verdict } from '../../domain/verification/verification.ts';
import type { View } from '../../output/view.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export const verdictView: View<Verdict> = {
  columns: [
    { key: 'id', title: 'id', value: ({ id }) => id },
    { key: 'success', title: 'success', value: ({ success }) => success },
    { key: 'locked', title: 'locked', value: ({ locked }) => locked },
    { key: 'status', title: 'status', value: ({ status }) => status, word: ({ status }) => statusWord(status) },
    { key: 'fails', title: 'fails', value: ({ fails }) => fails },
    { key: 'resyncNeeded', title: 'resync needed', value: ({ resyncNeeded }) => resyncNeeded },
  ],
  table: ['id', 'success', 'locked', 'status', 'fails'],
  id: ({ id }) => id,
};

/** Prints the answer to a code: exit 0 when it was accepted, 1 when it was not. */
export async function printVerdict(context: Context, device: Device, verdict: Verdict): Promise<ExitCode> {
  await context.print.one(verdictView, verdict, (paint) => {
    const name = printable(device.name);
    if (verdict.success) return `${name}: ${paint.good('accepted')}`;
    return `${name}: ${paint.bad('rejected')}, ${stateOf(verdict)}`;
  });
  return verdict.success ? EXIT.done : EXIT.no;
}

function stateOf({ status, fails }: Verdict): string {
  const attempts = `${fails} failed ${fails === 1 ? 'attempt' : 'attempts'}`;
  return isBarred(status) ? `the device is ${statusWord(status)}` : attempts;
}
