import { toIso } from '../../domain/instant.ts';
import { printable } from '../../domain/text/printable.ts';
import type { View } from '../../output/view.ts';
import type { ChallengeReceipt } from '../../ports/backend.ts';

export const challengeView: View<ChallengeReceipt> = {
  columns: [
    { key: 'id', title: 'id', value: ({ id }) => id },
    { key: 'cell', title: 'cell', value: ({ cell }) => cell },
    { key: 'cardNumber', title: 'card number', value: ({ cardNumber }) => cardNumber },
    { key: 'channel', title: 'channel', value: ({ channel }) => channel },
    { key: 'positions', title: 'positions', value: ({ positions }) => positions },
    {
      key: 'expires',
      title: 'expires',
      value: ({ expires }) => (expires === undefined ? undefined : toIso(expires)),
    },
    { key: 'sent', title: 'sent', value: ({ sent }) => sent },
  ],
  table: ['id', 'cell', 'cardNumber', 'channel', 'positions', 'expires', 'sent'],
  id: ({ id }) => id,
};

/** What the person at the helpdesk is to do now: `Security number: ask for digits 2, 5 and 9, counted from the first`. */
export function challengeSentence({ cardNumber, channel, positions, expires, sent }: ChallengeReceipt): string {
  const name = printable(cardNumber);
  const until = expires === undefined ? '' : ` (until ${toIso(expires)})`;
  if (positions !== undefined) return `${name}: ask for ${digitsAt(positions)}${until}`;
  if (sent === false) return `${name}: a code is under way already; nothing was sent${until}`;
  if (channel !== undefined) return `${name}: a code was sent by ${channel}${until}`;
  return `${name}: ask for the code that the app or token shows`;
}

/** `digits 2, 5 and 9, counted from the first`. */
function digitsAt(positions: readonly number[]): string {
  const last = positions.at(-1);
  return `digits ${positions.slice(0, -1).join(', ')} and ${last}, counted from the first`;
}
