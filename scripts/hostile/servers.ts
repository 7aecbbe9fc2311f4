import { DatabaseSync } from 'node:sqlite';
import { MAKE_KNOWN } from '../../test/support/sql.ts';
import type { Attack } from './run.ts';
import { ask, held, type World } from './world.ts';

const SOFFID = '/soffid/webservice/scim2/v1';

/** A reader that asks for a list and then reads nothing of it. */
async function slowReaders(world: World, url: URL, key: string): Promise<void> {
  for (const path of [
    '/otpctl/v1/users',
    '/otpctl/v1/audit',
    '/otpctl/v1/audit/chain',
    `${SOFFID}/OtpDevice?count=1000`,
  ]) {
    const socket = await world.socket(Number(url.port));
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, 700));
}

/** Whether the server still answers others while it is kept busy. */
async function answersWhile(url: URL, work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let done = false;
  work.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  for (let tries = 0; tries < 200 && !done; tries++) {
    const before = Date.now();
    await ask(url, 'GET', '/healthz', { wait: 30_000 });
    longest = Math.max(longest, Date.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return longest;
}

export const servers: readonly Attack[] = [
  {
    number: 2,
    name: 'readers that read nothing stop no write, and keep no revoked key alive',
    async attempt(world) {
      const rows = Array.from({ length: 2500 }, (_, at) => `user${at},${'x'.repeat(900)}`);
      await world.must(['user', 'import', '-'], { stdin: `name,note\n${rows.join('\n')}\n` });
      const [key, other] = [await world.key('k', '--role', 'super'), await world.key('other', '--role', 'query')];
      const { url } = await world.serve();
      await slowReaders(world, url, key);
      const write = await ask(url, 'POST', '/otpctl/v1/devices', { key, body: { type: 'TOTP', user: 'ada' } });
      held(write.status === 201, `a write is answered with ${write.status} meanwhile`);
      const local = await world.run(['user', 'set', 'ada', '--attr', 'x=y']);
      held(local.exit === 0, `a command on the same store is exit ${local.exit} meanwhile`);
      await world.must(['apikey', 'revoke', 'other']);
      const revoked = await ask(url, 'GET', '/otpctl/v1/whoami', { key: other });
      held(revoked.status === 401, `a key that was revoked is answered with ${revoked.status}`);
    },
  },
  {
    number: 3,
    name: 'what a provider and a server say is searched in linear time',
    async attempt(world) {
      const filler = world.pick(['%aa', '\\u00aa', '&#xaa;', ' ', 'a', '%', '&#']);
      const said = `${'4'}${filler.repeat(20_000)}x`;
      const port = await world.answering((_request, response) => {
        response.statusCode = 500;
        response.end(JSON.stringify({ detail: `${world.pick(['a.', 'aA.', 'java.', ' '])}`.repeat(60_000), said }));
      });
      const settings = `[sms]\nurl = "http://127.0.0.1:${port}/\${PHONE}/\${PIN}"\nallowPrivateHosts = true\nenabled = true\n`;
      await world.must(['settings', 'set', '-'], { stdin: settings });
      const test = await world.run(['settings', 'test', 'sms', '--to', '+34666555444']);
      held(test.exit === 7, `settings test is exit ${test.exit}`);
      const remote = await world.run(['device', 'list', '-v'], {
        environment: { OTPCTL_URL: `http://127.0.0.1:${port}${SOFFID}`, OTPCTL_TOKEN: 'x' },
      });
      held(remote.exit === 7, `device list is exit ${remote.exit}`);
    },
  },
  {
    number: 4,
    name: 'filters of thousands of words and terms cost nobody else their answers',
    async attempt(world) {
      await world.totp('ada');
      const database = new DatabaseSync(world.store);
      database.exec(
        `WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified)
         SELECT i, 'Email ' || i, 'email ' || i, 'EMAIL', 'user' || i, 'user' || i, 'C', 1, 1 FROM n;
         UPDATE store SET next_device_id = 40000;
         ${MAKE_KNOWN}`,
      );
      database.close();
      const key = await world.key('k', '--role', 'super');
      const { url } = await world.serve();
      const words = Array.from({ length: 1500 }, (_, at) => `u${at}`).join(' ');
      const terms = Array.from({ length: 500 }, () => `user co "${world.random(100)}"`).join(' or ');
      const asked = Promise.all([
        ask(url, 'GET', `${SOFFID}/OtpDevice?textFilter=${encodeURIComponent(words)}`, { key, wait: 60_000 }),
        ask(url, 'POST', `${SOFFID}/OtpDevice/.search`, { key, body: { textFilter: words.repeat(30) }, wait: 60_000 }),
        ask(url, 'POST', '/scim/v2/OtpDevice/.search', {
          key,
          body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: terms.slice(0, 9900) },
          wait: 60_000,
        }),
        ask(url, 'GET', '/otpctl/v1/audit/verification', { key, wait: 60_000 }),
      ]);
      const longest = await answersWhile(url, asked);
      const statuses = (await asked).map(({ status }) => status);
      held(!statuses.includes(500) && !statuses.includes(0), `it answered ${statuses.join(', ')}`);
      const refused = [400, 413, 414, 431];
      held(
        statuses.slice(0, 2).every((status) => refused.includes(status)),
        `1,500 words and more: ${statuses.join(', ')}`,
      );
      held(longest < 3000, `others waited for ${longest} ms`);
    },
  },
  {
    number: 5,
    name: 'who may only manage cannot have the secret of a channel sent to himself',
    async attempt(world) {
      const secret = `s3cr3t-${world.random(1e9)}`;
      let received = '';
      const port = await world.answering((request, response, body) => {
        received += JSON.stringify(request.headers) + request.url + body;
        response.end('internal page: the answer of 42');
      });
      const settings = `[sms]\nurl = "https://sms.example.com/\${PHONE}?text=\${PIN}&key=${secret}"\nheaders = "X-Api-Key: ${secret}"\nbody = "{\\"password\\":\\"${secret}\\",\\"c\\":\\"\${PIN}\\"}"\nmethod = "POST"\nenabled = true\n[email]\nsmtpUrl = "smtp://user:${secret}@localhost:2525"\nfrom = "a@example.com"\n`;
      await world.must(['settings', 'set', '-'], { stdin: settings });
      const key = await world.key('k', '--role', 'manage');
      const { url } = await world.serve();
      const answers: string[] = [];
      const change = async (values: object) =>
        answers.push((await ask(url, 'PATCH', '/otpctl/v1/settings', { key, body: { values } })).body);
      const own = `http://127.0.0.1:${port}/\${PHONE}?\${PIN}`;
      await change({ 'sms.url': own, 'sms.allowPrivateHosts': true });
      await change({ 'sms.allowPrivateHosts': true });
      await change({ 'sms.url': own });
      await change({ 'email.smtpUrl': `smtp://user@localhost:${port}` });
      for (const [channel, to] of [
        ['sms', '+34666555444'],
        ['email', 'a@example.com'],
      ]) {
        answers.push(
          (await ask(url, 'POST', '/otpctl/v1/settings/test', { key, body: { channel, to }, wait: 15_000 })).body,
        );
      }
      held(!received.includes(secret), 'the secret was sent to an address that the manager chose');
      held(!answers.join().includes(secret), 'the secret is in an answer');
      held(!answers.join().includes('internal page'), 'an internal page is in an answer');
    },
  },
  {
    number: 9,
    name: 'a page of another origin changes nothing',
    async attempt(world) {
      const id = await world.totp('ada');
      const key = await world.key('k', '--role', 'super');
      const { url } = await world.serve();
      const basic = `Basic ${Buffer.from(`k:${key}`).toString('base64')}`;
      const marks = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `http://127.0.0.1:${Number(url.port) + 1}` },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      const posts = [
        ['POST', `/otpctl/v1/devices/${id}/disable`],
        ['POST', `/otpctl/v1/devices/${id}/enable`],
        ['POST', '/otpctl/v1/apikeys/k/rotate'],
        ['DELETE', `/scim/v2/OtpDevice/${id}`],
        ['POST', `${SOFFID}/OtpDevice/${id}/responseChallenge`],
        ['PATCH', '/otpctl/v1/settings'],
      ] as const;
      for (const mark of marks) {
        for (const [method, path] of posts) {
          for (const authorization of [basic, 'Basic eDp5']) {
            const headers = { authorization, ...mark } as Record<string, string>;
            const { status } = await ask(url, method, path, { headers, ...(world.random(2) === 1 && { body: {} }) });
            held(status === 403, `${method} ${path} with ${JSON.stringify(mark)} is answered with ${status}`);
          }
        }
      }
    },
  },
  {
    number: 10,
    name: 'silent connections, wrong keys and forged addresses shut nobody out',
    async attempt(world) {
      const key = await world.key('k', '--role', 'query');
      const { url } = await world.serve();
      for (let count = 0; count < 1100; count++) {
        const socket = await world.socket(Number(url.port)).catch(() => undefined);
        if (count % 3 === 0) socket?.write('GET / HTTP/1.1\r\nHost: 127');
      }
      const late = await ask(url, 'GET', '/otpctl/v1/whoami', { key, wait: 15_000 });
      held(late.status === 200, `beside 1,100 silent connections a request is answered with ${late.status}`);
      const wrong = [];
      for (let count = 0; count < 60; count++) {
        const headers = { 'x-forwarded-for': `203.0.113.${count}`, forwarded: `for=198.51.100.${count}` };
        wrong.push((await ask(url, 'GET', '/otpctl/v1/whoami', { key: `otpctl_${count}`, headers })).status);
      }
      held(
        wrong.includes(429),
        `60 wrong keys with forged addresses are answered with ${[...new Set(wrong)].join(', ')}`,
      );
      const good = await ask(url, 'GET', '/otpctl/v1/whoami', { key });
      held(good.status === 200, `a good key after wrong ones is answered with ${good.status}`);
    },
  },
  {
    number: 16,
    name: 'a key is nobody else in the log, and gives no longer life than its own',
    async attempt(world) {
      const key = await world.key('root', '--role', 'super');
      await world.must(['apikey', 'create', 'short', '--role', 'super', '--expires', '1h']);
      const { url } = await world.serve();
      const short = JSON.parse(
        (
          await ask(url, 'POST', '/otpctl/v1/apikeys', {
            key,
            body: { name: 'hour', roles: ['super'], expires: '3600s' },
          })
        ).body,
      ) as { key: string };
      await ask(url, 'POST', '/otpctl/v1/apikeys', { key: short.key, body: { name: 'for-ever', roles: ['super'] } });
      await ask(url, 'POST', '/otpctl/v1/apikeys', {
        key: short.key,
        body: { name: 'year', roles: ['super'], expires: '365d' },
      });
      await ask(url, 'POST', '/otpctl/v1/apikeys/root/rotate', { key: short.key, body: { overlap: '30d' } });
      const keys = JSON.parse(await world.must(['apikey', 'list', '-o', 'json'])) as {
        name: string;
        expires?: string;
      }[];
      const soon = Date.now() + 2 * 3_600_000;
      for (const { name, expires } of keys) {
        if (name !== 'for-ever' && name !== 'year') continue;
        held(
          expires !== undefined && Date.parse(expires) < soon,
          `a key of an hour made "${name}", good until ${expires}`,
        );
      }
      const log = await world.must(['audit', 'list', '-o', 'jsonl']);
      const actors = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { actor: string; object: string });
      const byKey = actors.filter(({ object }) => object.includes('hour')).map(({ actor }) => actor);
      held(
        byKey.every((actor) => actor !== 'root' && actor !== 'user:root'),
        `the key "root" signs as ${byKey.join(', ')}`,
      );
    },
  },
  {
    number: 18,
    name: 'no password of a request target is in the log',
    async attempt(world) {
      await world.totp('ada');
      const { url, log } = await world.serve();
      const secret = `pw${world.random(1e9)}`;
      const targets = [
        `http://u:${secret}@127.0.0.1/x`,
        `http://u:${secret}@127.0.0.1:${url.port}/healthz`,
        `//u:${secret}@h/x`,
        `/x?a=${secret}`,
        `u:${secret}@h`,
        `*${secret}@`,
      ];
      for (const target of targets) {
        const socket = await world.socket(Number(url.port));
        socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${url.port}\r\nConnection: close\r\n\r\n`);
        await new Promise((resolve) => socket.on('data', () => {}).on('close', resolve));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      held(
        !log().includes(secret),
        `the log has it: ${log()
          .split('\n')
          .find((line) => line.includes(secret))}`,
      );
    },
  },
];
