import type { Ds100Status } from '../domain/ds100.ts';
import type { View } from '../output/view.ts';

/** What became of one device of a batch. */
export interface BatchRow {
  readonly line: number;
  /** The serial number as it was given. */
  readonly id: string;
  readonly user?: string;
  readonly from?: string;
  readonly to: Ds100Status;
  /** `sent` is a change whose end nobody knows, `waiting` a row that the run did not come to. */
  readonly outcome: 'changed' | 'skipped' | 'failed' | 'sent' | 'waiting';
  readonly reason?: string;
}

export const batchRowView: View<BatchRow> = {
  columns: [
    { key: 'line', title: 'line', value: ({ line }) => line },
    { key: 'id', title: 'serial', value: ({ id }) => id },
    { key: 'user', title: 'user id', value: ({ user }) => user },
    { key: 'from', title: 'from', value: ({ from }) => from, cell: ({ from }) => from?.toLowerCase() ?? '' },
    { key: 'to', title: 'to', value: ({ to }) => to, cell: ({ to }) => to.toLowerCase() },
    { key: 'outcome', title: 'outcome', value: ({ outcome }) => outcome },
    { key: 'reason', title: 'reason', value: ({ reason }) => reason },
  ],
  table: ['id', 'user', 'from', 'to', 'outcome', 'reason'],
  id: ({ id }) => id,
};
