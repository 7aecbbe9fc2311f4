import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase32 } from '../../src/domain/otp/base32.ts';
import { totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { otpctl, type RunOptions } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { ROOT } from '../support/process.ts';
import { DAY } from '../support/stock.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** The code that ada's phone shows, so many periods from a moment. */
export function codeOfAda(seconds = Date.now() / 1000, periods = 0): string {
  const secret = new Secret(decodeBase32(SECRET) ?? new Uint8Array());
  return totp(secret, Math.floor(seconds / 30) + periods, { algorithm: 'SHA1', digits: 6 });
}

/** Files that somebody who reads the documents has, too. */
const FILES: Readonly<Record<string, string>> = {
  'users.csv': 'name,fullName,mail\nada,Ada Lovelace,ada@example.com\nbob,Bob,bob@example.com\n',
  'new.csv': 'type,user,email,phone\ntotp,carol,,\nemail,carol,carol@example.com,\n',
  'secret.txt': `${SECRET}\n`,
  'lost.csv': 'serial\n140100080\n',
  'devices.csv':
    'deviceSerialNumber,tokenSerialNumber,userId,email\n140100081,014010008032,ece30fe9-414c-7536-5403-0656220b3047,bob@example.com\n',
  'digest.txt': '',
};

/**
 * A small company in the default store of a home: ada, whose TOTP and PIN devices are in use; bob, who used his last in
 * 2021; eve, locked. The files are in the folder `work`, `otpctl` is in `bin`.
 */
export async function company(home: string): Promise<void> {
  const clock = fixedClock(NEW_YEAR - 100 * DAY);
  const run = async (line: string, more: Partial<RunOptions> = {}) => {
    const { exit, stderr } = await otpctl(line.split(' '), { home, clock, ...more });
    if (exit !== 0) throw new Error(`otpctl ${line}: ${stderr}`);
  };
  const withSecret = { stdin: `${SECRET}\n` };
  await run('device create totp --user ada --secret-stdin', withSecret);
  await run('device create totp --user bob --secret-stdin', withSecret);
  await run('device create totp --user eve --secret-stdin', withSecret);
  await run('device create pin --user ada --pin-stdin', { stdin: '94175386\n' });
  await run(`device verify TOTP00000002 ${codeOfAda(clock.now())}`);
  await run('device enable TOTP00000003 4');
  await run('device lock TOTP00000003');
  clock.set(Math.floor(Date.now() / 1000) - DAY);
  await run(`device verify TOTP00000001 ${codeOfAda(clock.now())}`);

  const work = join(home, 'work');
  mkdirSync(work);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(work, name), text);
  const program = join(home, 'bin', 'otpctl');
  mkdirSync(join(home, 'bin'));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/bin/otpctl.js' "$@"\n`);
  chmodSync(program, 0o755);
}
