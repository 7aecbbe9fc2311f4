import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeCertificates } from '../support/certificates.ts';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';

it('reaches a server that speaks nothing but HTTP/2', async () => {
  const { ca, cert, key } = makeCertificates();
  const server = createSecureServer({ cert, key, allowHTTP1: false });
  const asked: unknown[] = [];
  server.on('stream', (stream, headers) => {
    asked.push([headers[':method'], headers[':path'], headers.authorization]);
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.end('{"over":"h2"}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const home = temporaryHome();
  writeFileSync(join(home, 'ca.pem'), ca);
  const { port } = server.address() as AddressInfo;
  const environment = {
    OTPCTL_URL: `https://localhost:${port}/scim/v2`,
    OTPCTL_TOKEN: 'secret',
    NODE_EXTRA_CA_CERTS: join(home, 'ca.pem'),
  };
  const outcome = await program(['api', 'GET', '/OtpDevice'], { home, environment });
  expect(outcome).toMatchObject({ exit: 0, stderr: '' });
  expect(JSON.parse(outcome.stdout)).toEqual({ over: 'h2' });
  expect(asked).toEqual([['GET', '/scim/v2/OtpDevice', 'Bearer secret']]);
});
