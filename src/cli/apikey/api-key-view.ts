import { type ApiKey, isGood } from '../../domain/api-key/api-key.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { ago } from '../../output/text/relative-time.ts';
import type { Column, View } from '../../output/view.ts';
import type { CreatedApiKey } from '../../ports/api-keys.ts';
import type { Context } from '../context.ts';

const COLUMNS: readonly Column<ApiKey>[] = [
  { key: 'id', title: 'id', value: ({ id }) => id },
  { key: 'name', title: 'name', value: ({ name }) => name },
  { key: 'roles', title: 'roles', value: ({ roles }) => roles, cell: ({ roles }) => roles.join(', ') },
  { key: 'scope', title: 'scope', value: ({ scope }) => scope },
  {
    key: 'expires',
    title: 'expires',
    value: ({ expires }) => (expires === undefined ? undefined : toIso(expires)),
    cell: (key, { now }) =>
      key.expires === undefined ? 'never' : `${isGood(key, now) ? '' : 'expired '}${toIso(key.expires)}`,
  },
];

/** Keys without their text, which nobody has. */
export const apiKeyView: View<ApiKey> = {
  columns: [
    ...COLUMNS,
    {
      key: 'created',
      title: 'created',
      value: ({ created }) => toIso(created),
      cell: ({ created }, { now }) => ago(created, now),
    },
    {
      key: 'rotated',
      title: 'rotated',
      value: ({ rotated }) => rotated,
      cell: ({ rotated }) => (rotated ? 'yes' : ''),
    },
  ],
  table: ['id', 'name', 'roles', 'scope', 'created', 'expires', 'rotated'],
  wraps: true,
  id: ({ id }) => id,
};

/** A key that was just made. */
export const createdApiKeyView: View<CreatedApiKey> = {
  columns: [...COLUMNS, { key: 'key', title: 'key', value: ({ key }) => key.exposeText() }],
  table: ['key'],
  id: ({ id }) => id,
};

/** Refuses what would make a key and not show it. */
export function refuseUnshown({ options }: Context): void {
  const { quiet, columns } = options;
  if (!quiet && (columns === undefined || columns.includes('key'))) return;
  const which = quiet ? '--quiet' : '--columns';
  throw new OtpctlError('usage', `${which} would leave out the key, which is shown once`, `leave out  ${which}`);
}

/** The key to stdout, once, and to stderr what there is to know. */
export async function printCreated({ print }: Context, created: CreatedApiKey): Promise<void> {
  await print.one(createdApiKeyView, created, () => created.key.exposeText());
  await print.notice(`the key "${created.name}" is shown once: keep it where its client reads it`);
}
