import { toIso } from '../../domain/instant.ts';
import { printable } from '../../domain/text/printable.ts';
import type { User } from '../../domain/user.ts';
import { ago } from '../../output/text/relative-time.ts';
import type { Column, View } from '../../output/view.ts';

const time = (key: string, title: string, of: (user: User) => number | undefined): Column<User> => ({
  key,
  title,
  value: (user) => {
    const moment = of(user);
    return moment === undefined ? undefined : toIso(moment);
  },
  cell: (user, { now }) => {
    const moment = of(user);
    return moment === undefined ? 'never' : `${toIso(moment)} (${ago(moment, now)})`;
  },
});

/** Users; a table and csv write the attributes as `name=value`, and a semicolon between groups. */
export const userView: View<User> = {
  columns: [
    { key: 'id', title: 'id', value: ({ id }) => id },
    { key: 'name', title: 'name', value: ({ name }) => name },
    {
      key: 'active',
      title: 'active',
      value: ({ active }) => active,
      cell: ({ active }, { paint }) => (active ? 'yes' : paint.bad('no')),
    },
    {
      key: 'attributes',
      title: 'attributes',
      value: ({ attributes }) => attributes,
      cell: ({ attributes }) =>
        printable(
          Object.entries(attributes)
            .map(([key, value]) => `${key}=${value}`)
            .join(', '),
        ),
    },
    { key: 'groups', title: 'groups', value: ({ groups }) => groups, word: ({ groups }) => groups.join('; ') },
    time('enrolledSince', 'enrolled since', ({ enrolledSince }) => enrolledSince),
    time('created', 'created', ({ created }) => created),
    time('modified', 'modified', ({ modified }) => modified),
  ],
  table: ['name', 'active', 'groups', 'attributes'],
  wraps: true,
  id: ({ name }) => name,
};
