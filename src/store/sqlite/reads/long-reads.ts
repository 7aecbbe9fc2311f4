import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Page, Selection } from '../../../domain/device/selection.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { BoundFilter } from '../../../domain/query/bind-filter.ts';
import { comparisonsIn, lookedAt } from '../../../domain/query/selection-cost.ts';
import type { Scope } from '../../../domain/scope.ts';
import type { LongReads } from '../../../ports/store/long-reads.ts';
import type { ReadAnswer, ReadTask } from './read-thread.ts';

/** Tasks that wait for one thread at most. More are refused. */
const MAX_WAITING = 64;

/** A read that looks at more devices is not quick. */
const FEW = 1000;

/**
 * Reads in three threads, each with a connection of its own that cannot write: one for what is quick, one for lists that
 * look at every device, one for the chain of the audit log. So nothing waits for what takes longer than itself. A thread is
 * started when it is first needed.
 */
export function createLongReads(path: string): LongReads {
  const [quick, lists, chain] = [createReader(path), createReader(path), createReader(path)];
  const readerFor = (selection: Selection, scope: Scope | undefined, { sortBy = 'id' }: Page = {}) => {
    const all = scope === undefined && comparisonsIn(selection) === 0 && sortBy === 'id';
    return all || lookedAt(selection, Number.POSITIVE_INFINITY) <= FEW ? quick : lists;
  };
  return {
    count: (selection, scope) =>
      readerFor(selection, scope).run({ does: 'count', selection: sendable(selection), scope }),
    devices: (selection, page, scope) =>
      readerFor(selection, scope, page).run({ does: 'devices', selection: sendable(selection), page, scope }),
    resources: (selection, page, scope) =>
      readerFor(selection, scope, page).run({ does: 'resources', selection: sendable(selection), page, scope }),
    verifyAudit: (key) => chain.run({ does: 'verifyAudit', key }),
    close() {
      for (const reader of [quick, lists, chain]) reader.close();
    },
  };
}

/** A selection without the functions in it, which another thread cannot be sent. It does not need them to read. */
function sendable({ filter, ...selection }: Selection): Selection {
  return { ...selection, ...(filter && { filter: sendableFilter(filter) }) };
}

function sendableFilter(filter: BoundFilter): BoundFilter {
  switch (filter.kind) {
    case 'not':
      return { ...filter, filter: sendableFilter(filter.filter) };
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map(sendableFilter) };
    default: {
      const { read: _, ...rules } = filter.rules;
      return { ...filter, rules };
    }
  }
}

interface Reader {
  run<T>(task: ReadTask): Promise<T>;
  close(): void;
}

interface Waiting {
  readonly task: ReadTask;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** One thread, which has one task at a time, and the tasks that wait for it. */
function createReader(path: string): Reader {
  const script = join(import.meta.dirname, `read-thread${extname(import.meta.filename)}`);
  const queue: Waiting[] = [];
  let thread: Worker | undefined;

  const start = (): Worker => {
    // It needs neither the environment of this process nor its options.
    const started = new Worker(script, { workerData: path, env: {}, execArgv: [] });
    // It does not keep this process from ending.
    started.unref();
    started.on('message', (answer: ReadAnswer) => {
      const done = queue.shift();
      next();
      if (done === undefined) return;
      if ('result' in answer) done.resolve(answer.result);
      else if ('error' in answer) {
        const { code, message, hint } = answer.error;
        done.reject(new OtpctlError(code, message, hint));
      } else done.reject(answer.bug);
    });
    // The thread has ended. The next task starts another one.
    started.on('error', (error) => {
      if (thread === started) thread = undefined;
      for (const each of queue.splice(0)) each.reject(error);
    });
    return started;
  };
  const next = () => {
    const [first] = queue;
    if (first === undefined) {
      thread?.unref();
      return;
    }
    thread ??= start();
    thread.ref();
    thread.postMessage(first.task);
  };
  return {
    run: <T>(task: ReadTask) =>
      new Promise<T>((resolve, reject) => {
        if (queue.length >= MAX_WAITING) {
          reject(new OtpctlError('store-busy', 'too many long reads of the store wait already', 'try again later'));
          return;
        }
        queue.push({ task, resolve: resolve as (value: unknown) => void, reject });
        if (queue.length === 1) next();
      }),
    close() {
      const ended = new OtpctlError('store-busy', 'the store was closed', 'try again later');
      for (const each of queue.splice(0)) each.reject(ended);
      void thread?.terminate();
      thread = undefined;
    },
  };
}
