import { grantsOf } from '../../../domain/api-key/role.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { fold } from '../../../domain/user.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection, Row } from '../connection/connection.ts';

/** API keys that otpctl did not make, or that may do more than what the audit log says that they were given. */
export function* checkApiKeys(connection: Connection): Generator<StoreFinding> {
  const rows = connection.all('SELECT * FROM api_keys ORDER BY id');
  const given = rows.length === 0 ? new Map() : givenIn(connection);
  for (const row of rows) {
    for (const wrong of wrongIn(row, given)) {
      yield {
        finding: `the API key ${printable(String(row['id']))} (${printable(String(row['name']))}) ${wrong}`,
        remedy: 'find out who wrote to the store, and take it away with  otpctl apikey revoke',
      };
    }
  }
}

/** The roles that keys were given, as the audit log says, by their ids; undefined where it names a key without its roles. */
function givenIn(connection: Connection): Map<string, string | undefined> {
  const given = new Map<string, string | undefined>();
  const entries = `SELECT object, result FROM audit WHERE action IN ('apikey.create', 'apikey.rotate') ORDER BY seq`;
  for (const { object, result } of connection.all(entries)) {
    const id = /^apikey ([^ ]+) /.exec(String(object))?.[1];
    if (id === undefined) continue;
    const former = /^ok: in place of ([0-9a-f]+)/.exec(String(result))?.[1];
    given.set(id, former === undefined ? /^ok: ([a-z, ]+)$/.exec(String(result))?.[1] : given.get(former));
  }
  return given;
}

function* wrongIn(row: Row, given: Map<string, string | undefined>): Generator<string> {
  const { id, name, name_fold, roles, scope, hash } = row;
  const granted = grantsIn(roles);
  const has = `${granted}${scope === null ? '' : ' within a scope'}`;
  const logged = given.get(String(id));
  if (name_fold !== fold(String(name))) yield 'is filed under another name';
  if (!(hash instanceof Uint8Array) || hash.length !== 32) yield 'has no proper hash';
  if (granted === undefined) yield 'has roles that there are not';
  else if (logged !== undefined && logged !== has) yield `has the roles ${has}, and was given ${logged}`;
}

function grantsIn(roles: unknown): string | undefined {
  try {
    return grantsOf(JSON.parse(String(roles))).join(', ');
  } catch (error) {
    if (error instanceof OtpctlError || error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
