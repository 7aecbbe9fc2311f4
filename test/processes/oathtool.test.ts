import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { needs } from '../support/tools.ts';

const oathtool = (...argv: string[]) => spawnSync('oathtool', argv, { encoding: 'utf8' }).stdout.trim();

interface Created {
  readonly id: string;
  readonly secret: string;
}

async function create(home: string, ...argv: string[]): Promise<Created> {
  const line = ['device', 'create', ...argv, '--user', 'ada', '--show-secret', '-o', 'json'];
  const { exit, stdout, stderr } = await program(line, { home });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.not.stringContaining('error') });
  return JSON.parse(stdout) as Created;
}

describe('codes that oathtool makes', () => {
  const verify = async (home: string, id: string, code: string) =>
    (await program(['device', 'verify', id, code], { home })).exit;

  it.for(['SHA1', 'SHA256', 'SHA512'].flatMap((algorithm) => ['6', '7', '8'].map((digits) => ({ algorithm, digits }))))(
    'are accepted once: TOTP, $algorithm, $digits digits',
    async ({ algorithm, digits }, context) => {
      needs(context, 'oathtool');
      const home = temporaryHome();
      const { id, secret } = await create(home, 'totp', '--algorithm', algorithm, '--digits', digits, '--period', '60');
      const code = oathtool(`--totp=${algorithm}`, '-b', '-d', digits, '-s', '60s', secret);
      expect(code).toHaveLength(Number(digits));
      expect(await verify(home, id, code)).toBe(0);
      expect(await verify(home, id, code)).toBe(1);
    },
  );

  it('are accepted in order, with a look-ahead: HOTP', async (context) => {
    needs(context, 'oathtool');
    const home = temporaryHome();
    const { id, secret } = await create(home, 'hotp', '--counter', '5');
    const at = (counter: number) => oathtool('--hotp', '-b', '-c', String(counter), secret);
    expect(await verify(home, id, at(4))).toBe(1);
    expect(await verify(home, id, at(5))).toBe(0);
    expect(await verify(home, id, at(16))).toBe(0);
    expect(await verify(home, id, at(16))).toBe(1);
    expect(await verify(home, id, at(28))).toBe(1);
    expect((await program(['device', 'resync', id, at(60), at(61)], { home })).exit).toBe(0);
    expect(await verify(home, id, at(62))).toBe(0);
  });
});
