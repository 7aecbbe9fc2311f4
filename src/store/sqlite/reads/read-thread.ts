// A thread that reads one store on a connection that cannot write, and answers one task after the other.
import type { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { Page, Selection } from '../../../domain/device/selection.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Scope } from '../../../domain/scope.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import type { Connection } from '../connection/connection.ts';
import { createDeviceReader } from '../devices/device-reader.ts';
import { openStore } from '../open-store.ts';
import { usersWithin } from '../rows/scope-sql.ts';

export type ReadTask =
  | { readonly does: 'count'; readonly selection: Selection; readonly scope: Scope | undefined }
  | {
      readonly does: 'devices' | 'resources';
      readonly selection: Selection;
      readonly page: Page;
      readonly scope: Scope | undefined;
    }
  | { readonly does: 'verifyAudit'; readonly key: KeyObject };

/** What became of a task: what was read, or the error that it was, in parts that can be sent. */
export type ReadAnswer =
  | { readonly result: unknown }
  | { readonly error: Pick<OtpctlError, 'code' | 'message' | 'hint'> }
  | { readonly bug: unknown };

let connection: Connection | undefined;

async function work(task: ReadTask): Promise<unknown> {
  connection ??= openStore(String(workerData), { schema: 'checked', readOnly: true });
  connection.checkSchema();
  const scope = 'scope' in task && task.scope !== undefined ? usersWithin(task.scope) : undefined;
  const reader = createDeviceReader(connection, scope);
  switch (task.does) {
    case 'count':
      return reader.count(task.selection);
    case 'devices':
      return [...reader.list(task.selection, task.page)].flat();
    case 'resources':
      return [...reader.listResources(task.selection, task.page)].flat();
    case 'verifyAudit':
      return createAuditLog(connection, async () => task.key).verify();
  }
}

parentPort?.on('message', async (task: ReadTask) => {
  let answer: ReadAnswer;
  try {
    answer = { result: await work(task) };
  } catch (error) {
    if (error instanceof OtpctlError) {
      const { code, message, hint } = error;
      answer = { error: { code, message, hint } };
    } else answer = { bug: error };
  }
  parentPort?.postMessage(answer);
});
