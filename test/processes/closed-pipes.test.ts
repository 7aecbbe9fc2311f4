import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { command, type ProcessOutcome, ROOT } from '../support/process.ts';
import { tamper } from '../support/sql.ts';

/** Runs a line of shell in which `otpctl` is the built program. */
function shell(home: string, line: string): Promise<ProcessOutcome> {
  const program = `otpctl() { "${process.execPath}" "${join(ROOT, 'bin/otpctl.js')}" "$@"; }`;
  return command('bash', ['-c', `${program}; ${line}`], { home });
}

async function withPin(): Promise<string> {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
  return home;
}

describe('a reader that has gone', () => {
  it.each([
    ['device verify 1 000', 1],
    ['device show 99', 3],
    ['device list', 0],
    ['device lock 1', 0],
  ])('does not change the exit code of  %s', async (line, exit) => {
    const home = await withPin();
    // The program starts when the reading end of its pipe is closed for certain.
    const outcome = await shell(home, `exec 3>&1; { sleep 0.3; otpctl ${line} 2>&1; echo $? >&3; } | exec true`);
    expect(outcome).toEqual({ exit: 0, stdout: `${exit}\n`, stderr: '' });
  });

  it('ends a long list quietly', async () => {
    const home = await withPin();
    const columns = '(name, name_fold, type, user, user_fold, status, created, modified)';
    tamper(
      storeOf(home),
      `WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 50000)
       INSERT INTO devices ${columns} SELECT 'x','x','PIN','u','u','C',0,0 FROM n`,
    );
    for (const format of ['jsonl', 'json', 'csv']) {
      const { stdout, stderr } = await shell(
        home,
        `exec 3>&1; { otpctl device list -o ${format}; echo "exit $?" >&3; } | head -1`,
      );
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^exit 0\n.+\n$|^.+\nexit 0\n$/);
    }
  });
});

describe('a stdout that cannot be written', () => {
  it.each(['>/dev/full', '| exec true'])('leaves no device whose secret nobody has: %s', async (to) => {
    const home = await withPin();
    await shell(home, `{ sleep 0.3; otpctl device create totp --user ada --show-secret; } ${to}`);
    await shell(home, `{ sleep 0.3; otpctl device create totp --user ada --qr always; } ${to}`);
    expect((await shell(home, 'otpctl device list --count')).stdout).toBe('1\n');
  });

  it('is exit 7 and a sentence, never a verdict', async () => {
    const home = await withPin();
    for (const line of ['device verify 1 000', 'device show 1', 'device list']) {
      const { exit, stderr } = await shell(home, `otpctl ${line} >/dev/full`);
      expect({ exit, stderr }).toEqual({ exit: 7, stderr: 'error: stdout cannot be written: ENOSPC\n' });
    }
  });
});
