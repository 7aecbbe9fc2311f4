import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { Connection } from '../connection/connection.ts';
import { schemaDifferences } from './schema-objects.ts';

export function schemaOf(connection: Connection): number {
  return Number(connection.get('PRAGMA user_version')?.['user_version']);
}

/** Refuses (`store-newer`) a store of a schema that is not known yet. */
export function refuseNewer(connection: Connection, newest: number): void {
  const schema = schemaOf(connection);
  if (schema <= newest) return;
  throw new OtpctlError(
    'store-newer',
    `the store ${printable(connection.path)} has schema ${schema}, and this otpctl knows ${newest}`,
    'use the otpctl that wrote it, or a newer one',
  );
}

/**
 * What refuses (`store-newer`, `store-damaged`) a schema that is not exactly what the migrations make: of its version, or
 * all of them, whatever version it says. The latter holds nothing of others, and is no store that can be migrated.
 */
export function heedMigrations(migrations: readonly string[]): (connection: Connection) => void {
  return (connection) => {
    refuseNewer(connection, migrations.length);
    if (schemaOf(connection) < migrations.length && schemaDifferences(connection, migrations).length === 0) return;
    refuseForeign(connection, migrations);
  };
}

/** Refuses (`store-damaged`) a schema that is not exactly what the migrations make of its version. */
export function refuseForeign(connection: Connection, migrations: readonly string[]): void {
  const [first] = schemaDifferences(connection, migrations.slice(0, schemaOf(connection)));
  if (first === undefined) return;
  throw new OtpctlError(
    'store-damaged',
    `${first.what} in the schema of the store ${printable(connection.path)} ${first.wrong}; nothing was changed`,
    'see all with  otpctl store check,  find out who wrote to the store, and restore it from a backup',
  );
}
