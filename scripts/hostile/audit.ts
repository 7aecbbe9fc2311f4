import { DatabaseSync } from 'node:sqlite';
import type { Attack } from './run.ts';
import { ask, held, type World } from './world.ts';

const HOSTILE = [
  '\u001b[31m',
  '\n',
  '\ud800',
  '\udc00x',
  '\0',
  '\u202e',
  '\u0085',
  '\ufffe',
  'x'.repeat(60_000),
  '\r',
  '\ufeff',
];

/** The log, the store and a new backup must be sound. */
async function sound(world: World, after: string): Promise<void> {
  for (const argv of [
    ['audit', 'verify'],
    ['store', 'check'],
    ['store', 'backup', `${world.home}/b${world.random(1e9)}`],
  ]) {
    const { exit, stdout, stderr } = await world.run(argv);
    held(
      exit === 0,
      `after ${after}  otpctl ${argv[0]} ${argv[1]}  is ${exit}: ${stdout.slice(0, 200)}${stderr.slice(0, 200)}`,
    );
  }
}

export const audit: readonly Attack[] = [
  {
    number: 1,
    name: 'hostile texts over every route leave the audit log sound',
    async attempt(world) {
      const id = await world.totp('ada');
      const key = await world.key('k', '--role', 'super');
      const { url } = await world.serve();
      const text = () => `a${Array.from({ length: 1 + world.random(3) }, () => world.pick(HOSTILE)).join('b')}`;
      for (let round = 0; round < 12; round++) {
        const attributes = { [text()]: null, mail: text() };
        const answers = await Promise.all([
          ask(url, 'PATCH', '/otpctl/v1/users', {
            key,
            body: { users: [{ name: 'm', attributes: { [text()]: null } }] },
          }),
          ask(url, 'PATCH', '/otpctl/v1/users', { key, body: { users: [{ name: text(), attributes }] } }),
          ask(url, 'POST', '/otpctl/v1/devices', { key, body: { type: 'TOTP', user: text(), issuer: text() } }),
          ask(url, 'POST', '/otpctl/v1/apikeys', { key, body: { name: text(), roles: ['query'], expires: '1d' } }),
          ask(url, 'PATCH', '/otpctl/v1/settings', { key, body: { values: { 'totp.issuer': text(), [text()]: 1 } } }),
          ask(url, 'PATCH', `/scim/v2/OtpDevice/${id}`, {
            key,
            body: {
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [{ op: 'replace', path: 'externalId', value: text() }],
            },
          }),
          ask(url, 'POST', `/otpctl/v1/devices/${id}/lock`, {
            key,
            body: {},
            headers: {
              'otpctl-reason': encodeURIComponent(text().toWellFormed()).slice(0, 3000),
              'otpctl-ticket': '%ED%A0%80',
            },
          }),
          ask(url, 'DELETE', `/otpctl/v1/users/${encodeURIComponent(text().toWellFormed()).slice(0, 400)}`, { key }),
        ]);
        held(
          answers.every(({ status }) => status !== 500),
          'the server answered 500',
        );
      }
      await world.run(['device', 'unlock', id, '--reason', 'a\u001b[2Jb\u202e', '--ticket', 'x'.repeat(5000)]);
      await world.run(['user', 'import', '-'], {
        stdin: `{"name":"u","\\ud800":"x","\\u001b[2J":"y","mail":"\\udc00"}\n`,
      });
      await sound(world, 'hostile texts');
    },
  },
  {
    number: 1,
    name: 'a log that is broken is sealed by  audit repair,  and a backup can be made again',
    async attempt(world) {
      await world.totp('ada');
      await world.totp('bob');
      const database = new DatabaseSync(world.store);
      database.exec(`UPDATE audit SET object = object || 'x' WHERE seq = 2`);
      database.close();
      held((await world.run(['audit', 'verify'])).exit === 1, 'an edited entry is not found');
      const repaired = await world.run(['audit', 'repair', '--yes']);
      held(repaired.exit === 0, `audit repair is ${repaired.exit}: ${repaired.stderr}`);
      const backup = await world.run(['store', 'backup', `${world.home}/after`]);
      held(backup.exit === 0, `store backup after it is ${backup.exit}: ${backup.stderr}`);
    },
  },
  {
    number: 6,
    name: 'a trigger under the name of a table is found, and no code is judged beside it',
    async attempt(world) {
      const id = await world.totp('ada');
      const name = world.pick(['settings', 'devices', 'audit', 'store']);
      const database = new DatabaseSync(world.store);
      database.exec(
        `CREATE TRIGGER ${name} AFTER UPDATE OF fails ON devices WHEN NEW.fails > 0 BEGIN UPDATE devices SET fails = 0 WHERE id = NEW.id; END`,
      );
      database.close();
      const check = await world.run(['store', 'check']);
      held(check.exit !== 0, `store check calls a store with the trigger "${name}" sound`);
      for (const argv of [
        ['device', 'verify', id, '000000'],
        ['device', 'enable', id],
        ['store', 'backup', `${world.home}/x`],
      ]) {
        const { exit } = await world.run(argv);
        held(exit !== null && exit > 1, `otpctl ${argv.slice(0, 2).join(' ')}  works on it (exit ${exit})`);
      }
    },
  },
  {
    number: 6,
    name: 'views, tables and settings out of rule are found',
    async attempt(world) {
      await world.totp('ada');
      const [what, sql] = world.pick([
        ['a view', 'CREATE VIEW v AS SELECT * FROM devices'],
        ['a table', 'CREATE TABLE more (x TEXT)'],
        ['a setting out of rule', `INSERT OR REPLACE INTO settings (key, value) VALUES ('totp.lockAfter', '1000000')`],
        ['a changed type', `UPDATE devices SET type = 'HOTP'`],
      ] as const);
      const database = new DatabaseSync(world.store);
      database.exec(sql);
      database.close();
      held((await world.run(['store', 'check'])).exit !== 0, `store check does not find ${what}`);
    },
  },
];
