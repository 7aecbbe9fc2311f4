import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { otpctl } from '../../support/cli.ts';
import { temporaryHome } from '../../support/home.ts';

it.each([
  [0, 0, ''],
  [3, 7, 'the server answered with 0 of 3 devices'],
])('a list of %i devices whose Resources are null is exit %i', async (totalResults, exit, message) => {
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/scim+json' })
      .end(JSON.stringify({ totalResults, itemsPerPage: 0, startIndex: 1, Resources: null })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const environment = {
    OTPCTL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/soffid/webservice/scim2/v1`,
    OTPCTL_TOKEN: 'x',
  };
  const outcome = await otpctl(['device', 'list', '-q'], { home: temporaryHome(), environment });
  expect(outcome).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(message) });
});
