import { printable } from '../../domain/text/printable.ts';
import type { User } from '../../domain/user.ts';
import type { View } from '../../output/view.ts';

/** Users; a table and csv write the attributes as `name=value`. */
export const userView: View<User> = {
  columns: [
    { key: 'name', title: 'name', value: ({ name }) => name },
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
  ],
  table: ['name', 'attributes'],
  wraps: true,
  id: ({ name }) => name,
};
