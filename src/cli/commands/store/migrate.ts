import type { View } from '../../../output/view.ts';
import { EXIT } from '../../exit-codes.ts';
import { PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

interface Migration {
  readonly from: number;
  readonly to: number;
}

const migrationView: View<Migration> = {
  columns: [
    { key: 'from', title: 'from', value: ({ from }) => from },
    { key: 'to', title: 'to', value: ({ to }) => to },
  ],
  table: ['from', 'to'],
  id: ({ to }) => String(to),
};

export const command = defineCommand({
  summary: 'bring the store to the schema of this program',
  notes: 'Every command does so when it must; this one does nothing else.',
  arguments: [],
  options: {},
  examples: [
    { does: 'the default store', line: 'store migrate' },
    { does: 'another store', line: 'store migrate --store ./team.db' },
  ],
  view: migrationView,
  globals: PLACE,
  async run(context) {
    const admin = await context.storeAdmin();
    const migration = await admin.migrate();
    await context.print.one(migrationView, migration, () =>
      migration.from === migration.to
        ? `the store has schema ${migration.to} already`
        : `the store went from schema ${migration.from} to ${migration.to}`,
    );
    return EXIT.done;
  },
});
