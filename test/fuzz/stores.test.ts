import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeAll, describe } from 'vitest';
import { openJournal } from '../../src/store/sqlite/runs/journal-file.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { homeOfFile, storeOf } from '../support/home.ts';
import { byteChanges, changedBytes, jsonLike, textsLike } from '../support/mutants.ts';

/** What reads a store, and what changes one. */
const COMMANDS = [
  'device list -o json',
  'device list --filter lastUsed+pr --sort-by user',
  'device list --text ad --count',
  'device show 1 -o json',
  'device show 2',
  'device verify 1 123456',
  'device verify --user ada 123456',
  'device verify 3 123',
  'device challenge 3',
  'device enable 1',
  'device unlock --user ada --type totp',
  'device resync 2 123456 123457',
  'device create hotp --user eve --show-secret',
  'device delete 2 --yes',
  'settings list -o json',
  'settings get totp.digits',
  'settings set totp.digits=8',
  'settings export',
  'user list -o json',
  'user show ada',
  'user set ada --attr x=y',
  'apikey list',
  'apikey rotate monitor --overlap 1d',
  'audit list -o jsonl',
  'audit list --user ada',
  'audit verify',
  'audit export',
  'store check -o json',
  'store check --repair --yes',
  'store info',
  'store key show',
  'store backup BACKUP --force',
  'bulk runs -o json',
  'bulk show 1',
  'bulk undo 1 --yes',
  'bulk resume 1 --yes',
  'bulk disable-stale --unused-for 1d --yes --ignore-signal',
  'ds100 list',
  'ds100 show 140100080',
  'ds100 disable 140100080 --user-id u1 --yes',
  'why ada',
  '__complete devices T',
  '__complete runs 1',
];
const command = fc.constantFrom(...COMMANDS);

describe('a store', () => {
  const home = homeOfFile();
  let good: Buffer;
  beforeAll(async () => {
    const run = async (line: string, stdin = '') => {
      const options = { home: home(), clock: fixedClock(), stdin };
      const { exit, stderr } = await otpctl(
        line.split(' ').map((word) => word.replaceAll('+', ' ')),
        options,
      );
      if (exit > 1) throw new Error(`${line}: ${stderr}`);
    };
    await run('device create totp --user ada --show-secret');
    await run('device create hotp --user bob --show-secret');
    await run('device create pin --user ada --pin-stdin', '12345678');
    await run('device create email --user ada --email ada@example.com');
    await run('device challenge 3');
    await run('device verify 3 123');
    await run('device lock 1 --reason because --ticket T-1');
    await run('settings set totp.window=2 email.from=a@example.com email.smtpUrl=smtp://localhost');
    await run('user set ada --attr mail=ada@example.com --attr fullName=Ada');
    await run('apikey create monitor --role query --expires 90d');
    await run('ds100 import -', 'deviceSerialNumber,tokenSerialNumber,userId\n140100080,000123456789,u1\n');
    await run('bulk update --set-status D --user bob --yes --last-device warn');
    good = readFileSync(storeOf(home()));
  });

  const put = (bytes: Uint8Array) => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${storeOf(home())}${suffix}`, { force: true });
    writeFileSync(storeOf(home()), bytes, { mode: 0o600 });
  };
  const ask = async (line: string) => {
    const argv = line.split(' ').map((word) => word.replaceAll('+', ' '));
    const backup = join(home(), 'backup');
    await otpctl(
      argv.map((word) => (word === 'BACKUP' ? backup : word)),
      { home: home(), clock: fixedClock(NEW_YEAR + 60), sleep: async () => {} },
    );
  };

  /** Changes a cell as nobody would: the column is chosen among all that there are. */
  const spoil = (which: number, value: string | number | null) => {
    const database = new DatabaseSync(storeOf(home()));
    try {
      const columns = database
        .prepare(
          `SELECT m.name AS "table", c.name AS "column" FROM sqlite_schema m, pragma_table_info(m.name) c
           WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2`,
        )
        .all() as { table: string; column: string }[];
      const { table, column } = columns[which % columns.length] as { table: string; column: string };
      database.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
      database.prepare(`UPDATE ${table} SET ${column} = ?`).run(value);
    } catch {
      // Of a type or a key that SQLite itself does not take: the next one may be.
    } finally {
      database.close();
    }
  };
  const value = fc.oneof(
    textsLike('{"a":1}', '["query"]', '[1,2]', 'V', '2', '1640995200'),
    fc.integer(),
    fc.constantFrom(0, -1, 2 ** 53 - 1, 1e18, 8_640_000_000_001),
    fc.constant(null),
  );

  eachAnswersOrRefuses([
    reader('a file of which bytes were changed', fc.tuple(command, byteChanges), async ([line, changes]) => {
      put(changedBytes(good, changes));
      await ask(line);
    }),
    reader(
      'a file of which values were changed',
      fc.tuple(command, fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 2 })),
      async ([line, changes]) => {
        put(good);
        for (const [which, given] of changes) spoil(which, given);
        await ask(line);
      },
    ),
  ]);
});

describe('a journal of runs', () => {
  const home = homeOfFile();
  const URL = 'http://127.0.0.1:9/soffid/webservice/scim2/v1';
  const path = () => join(home(), 'runs.db');
  let good: Buffer;
  beforeAll(async () => {
    const { journal, close } = openJournal(path(), `server ${URL}`);
    const change = { kind: 'change', outcome: 'planned', from: 'V', to: 'D' } as const;
    const row = { ...change, name: 'TOTP1', user: 'ada', rule: 'because' } as const;
    const origin = { actor: 'root', reason: 'r' };
    const options = { concurrency: 1, maxFailures: 3 };
    const begun = await journal.begin(
      { command: 'update', place: `server ${URL}`, started: NEW_YEAR, origin, options },
      [
        { ...row, id: '1' },
        { ...row, id: '2', lastUsed: NEW_YEAR - 5 },
      ],
    );
    await journal.settle(begun.id, [{ position: 1, outcome: 'failed', reason: 'x', before: { fails: 0 } }]);
    await journal.end(begun, 'stopped');
    close();
    good = readFileSync(path());
  });
  const lines = fc.constantFrom('bulk runs -o json', 'bulk runs', 'bulk show 1', 'bulk show 1 -o json', 'why ada');
  const ask = (line: string) =>
    otpctl([...line.split(' '), '--journal', path()], {
      home: home(),
      clock: fixedClock(),
      environment: { OTPCTL_TOKEN: 'a-token', OTPCTL_URL: URL },
    });
  const put = (bytes: Uint8Array) => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path()}${suffix}`, { force: true });
    writeFileSync(path(), bytes, { mode: 0o600 });
  };

  eachAnswersOrRefuses([
    reader('a file of which bytes were changed', fc.tuple(lines, byteChanges), async ([line, changes]) => {
      put(changedBytes(good, changes));
      await ask(line);
    }),
    reader(
      'a file of which values were changed',
      fc.tuple(
        lines,
        fc.constantFrom('runs', 'run_rows'),
        fc.constantFrom(
          'options',
          'started',
          'state',
          'command',
          'outcome',
          'status_to',
          'last_used',
          'reason',
          'undoes',
        ),
        fc.oneof(
          textsLike('{"concurrency":1,"maxFailures":3}', 'D', 'done'),
          fc.integer(),
          fc.constantFrom(1e18, null),
        ),
      ),
      async ([line, table, column, value]) => {
        put(good);
        const database = new DatabaseSync(path());
        try {
          database.prepare(`UPDATE ${table} SET ${column} = ?`).run(value);
        } catch {
          // Not a column of that table, or not a type of it.
        } finally {
          database.close();
        }
        await ask(line);
      },
    ),
  ]);
});

describe('a backup', () => {
  const home = homeOfFile();
  const path = () => join(home(), 'backup');
  const passphrase = () => join(home(), 'passphrase');
  let good: Buffer;
  beforeAll(async () => {
    const options = { home: home(), clock: fixedClock() };
    await otpctl(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], options);
    const { exit, stderr } = await otpctl(['store', 'backup', path()], options);
    if (exit !== 0) throw new Error(stderr);
    good = readFileSync(path());
    writeFileSync(passphrase(), 'correct horse battery\n', { mode: 0o600 });
  });
  const restore = async (bytes: Uint8Array) => {
    writeFileSync(path(), bytes, { mode: 0o600 });
    const by = Buffer.from(bytes).includes('"scrypt"') ? ['--passphrase-file', passphrase()] : [];
    await otpctl(['store', 'restore', path(), '--yes', ...by], { home: home(), clock: fixedClock() });
    for (const name of readdirSync(dirname(storeOf(home())))) {
      if (name.includes('before-restore')) rmSync(join(dirname(storeOf(home())), name));
    }
  };
  const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
  const HEADER = {
    store: '0123456789abcdef',
    schema: 7,
    time: NEW_YEAR,
    rows: { devices: 1 },
    bytes: 4,
    sha256: sha256('data'),
    dataKeyId: '0123456789abcdef',
  };
  const headers = jsonLike(
    { ...HEADER, key: { masterKeyId: '0123456789abcdef', place: 'file' } },
    { ...HEADER, key: { scrypt: { cost: 2, blockSize: 1, parallelization: 1, salt: 'AAAA' } } },
  );

  eachAnswersOrRefuses([
    reader('of which bytes were changed', byteChanges, (changes) => restore(changedBytes(good, changes))),
    reader('with a header that its digests are right for', headers, (header) => {
      const lines = `otpctl backup 1\n${header}\nAAAA\n`;
      return restore(Buffer.concat([Buffer.from(`${lines}${sha256(Buffer.from(lines))}\n`), Buffer.from('data')]));
    }),
  ]);
});
