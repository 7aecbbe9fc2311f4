import { PassThrough } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import { compose } from '../../src/compose/compose.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { VERSION } from '../../src/version.ts';

/** The secret of RFC 4226, appendix D, in base32 and as it is. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const KEY = Secret.ofText('12345678901234567890');
const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;
const WRONG_CODE = '000000';
/** The minutes of ada's attempts: the tenth locks her device, and she goes on. */
const ATTEMPTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15];

const at = (iso: string): Instant => Date.parse(iso) / 1000;

/**
 * Makes the store of a home: ada, whose device ten wrong codes have locked; bob and cleo, each with a device in use and one that
 * was last used in 2021; dan, who has used his.
 */
export async function enrolDevices(home: string): Promise<void> {
  const otpctl = async (time: Instant, line: string, stdin = '') => {
    const exit = await quietly(home, time, line.split(' '), stdin);
    if (exit !== 0) throw new Error(`otpctl ${line}  exited with ${exit}`);
  };
  const totpOf = (time: Instant) => totp(KEY, timeStep(time, 30), PARAMETERS);
  const used = (id: number, time: Instant) => otpctl(time, `device verify ${id} ${totpOf(time)}`);

  const devices = ['totp ada', 'totp bob', 'hotp bob', 'totp cleo', 'totp cleo', 'totp dan'];
  for (const [day, device] of devices.entries()) {
    const [type, user] = device.split(' ');
    const created = at(`2021-03-${10 + 3 * day}T09:00:00Z`);
    await otpctl(created, `device create ${type} --user ${user} --secret-stdin`, `${SECRET}\n`);
  }
  await used(2, at('2021-06-14T08:12:00Z'));
  await used(4, at('2021-11-02T16:40:00Z'));
  await otpctl(at('2022-02-21T10:05:00Z'), `device verify 3 ${hotp(KEY, 0n, PARAMETERS)}`);
  await used(5, at('2022-02-26T13:30:00Z'));
  await used(6, at('2022-02-28T07:55:00Z'));
  await used(1, at('2022-02-28T08:31:00Z'));
  for (const minute of ATTEMPTS) {
    await quietly(home, at('2022-03-01T08:40:00Z') + 60 * minute, ['device', 'verify', '1', WRONG_CODE]);
  }
}

/** Runs the program in this process, by a clock that stands, and as the same user on every machine. */
function quietly(home: string, time: Instant, argv: readonly string[], text = ''): Promise<number> {
  const stdin = new PassThrough();
  stdin.end(text);
  const environment = { HOME: home };
  const io = { stdin, stdout: sink(), stderr: sink(), environment, interruption: new AbortController().signal };
  return run(argv, io, compose({ uid: undefined }, { actor: 'user:jo', clock: { now: () => time } }), VERSION);
}

const sink = () => new PassThrough().resume();
