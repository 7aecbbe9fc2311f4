import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { otpctl } from '../../support/cli.ts';
import { temporaryHome } from '../../support/home.ts';

it('an answer that is not UTF-8 is no list of devices: exit 7', async () => {
  const device = { id: '1', name: 'TOTP1', type: 'TOTP', userName: 'M\u00fcller', status: 'V' };
  const answer = Buffer.from(JSON.stringify({ totalResults: 1, itemsPerPage: 1, Resources: [device] }), 'latin1');
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const environment = {
    OTPCTL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/soffid/webservice/scim2/v1`,
    OTPCTL_TOKEN: 'x',
  };
  const { exit, stdout, stderr } = await otpctl(['device', 'list', '-o', 'csv'], {
    home: temporaryHome(),
    environment,
  });
  expect({ exit, stdout: stdout.includes('\ufffd') }).toEqual({ exit: 7, stdout: false });
  expect(stderr).toContain('answered with something that is not UTF-8');
});
