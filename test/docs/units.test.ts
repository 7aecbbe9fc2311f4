import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { command, ROOT } from '../support/process.ts';
import { needs } from '../support/tools.ts';
import { blocksOf } from './shell-blocks.ts';

/** A line of each unit that is spoilt, to see that it would be noticed. */
const WRONG = [/^Type=.*$/m, /^OnCalendar=.*$/m, /^Restart=.*$/m, /^Type=.*$/m, /^OnCalendar=.*$/m];

it('has units that systemd understands', async (context) => {
  needs(context, 'systemd-analyze', 'systemd');
  const home = temporaryHome();
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const names = [...page.matchAll(/`\/etc\/systemd\/system\/(.*?)`/g)].map(([, name = '']) => name);
  const units = blocksOf('', page).filter(({ language }) => language === 'ini');
  expect(names).toEqual([
    'otpctl-backup.service',
    'otpctl-backup.timer',
    'otpctl.service',
    'otpctl-stale.service',
    'otpctl-stale.timer',
  ]);
  const files = units.map(({ text }, at) => {
    const file = join(home, names[at] ?? '');
    writeFileSync(file, text.replaceAll('/usr/bin/otpctl', '/bin/true'));
    return file;
  });
  expect(await command('systemd-analyze', ['verify', ...files], { home })).toMatchObject({ exit: 0, stderr: '' });
  for (const [at, wrong] of WRONG.entries()) {
    writeFileSync(
      files[at] ?? '',
      (units[at]?.text ?? '').replaceAll('/usr/bin/otpctl', '/bin/true').replace(wrong, 'OnCalender=never'),
    );
    const { stderr } = await command('systemd-analyze', ['verify', files[at] ?? ''], { home });
    expect(stderr).toContain('OnCalender');
  }
});

it('runs only commands that there are, from units and from cron', async () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').replaceAll('\\\n', '');
  const lines = [...page.matchAll(/\/usr\/bin\/(otpctl.*)$/gm)].map(([, line = '']) => line);
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    const words = line.replace(/>.*/, '').trim().split(/\s+/).slice(1);
    const named = words.slice(
      0,
      words.findIndex((word) => /^(--|\/)/.test(word)),
    );
    const { exit, stdout } = await command(process.execPath, [join(ROOT, 'bin/otpctl.js'), ...named, '--help'], {
      home: temporaryHome(),
    });
    expect({ line, exit }).toEqual({ line, exit: 0 });
    for (const option of words.filter((word) => word.startsWith('--'))) {
      expect(stdout.includes(option) || /--(store|yes|reason)/.test(option), option).toBe(true);
    }
  }
});
