import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createKeyring } from '../../src/credentials/keyring.ts';
import { environmentOf, temporaryHome } from './home.ts';

/** What answers on a session bus for secrets: nobody, a real and open keyring, or a service that never answers. */
type Secrets = 'none' | 'gnome-keyring' | 'hanging';

/** Starts a session bus of a test's own; returns the environment of a program that is to find it. */
export async function sessionBus(secrets: Secrets): Promise<Record<string, string>> {
  const folder = temporaryHome();
  const config = join(folder, 'bus.conf');
  writeFileSync(join(folder, 'secrets.service'), '[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sleep 60\n');
  writeFileSync(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=${join(folder, 'bus')}</listen>
${secrets === 'hanging' ? `<servicedir>${folder}</servicedir>` : ''}
<policy context="default"><allow send_destination="*"/><allow own="*"/><allow receive_sender="*"/></policy></busconfig>`,
  );
  const bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], { stdio: 'pipe' });
  endAfterTest(bus);
  const address = (await firstOutput(bus)).trim();
  const environment = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: folder };
  if (secrets === 'gnome-keyring') {
    const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      stdio: 'pipe',
      env: environmentOf(folder, environment),
    });
    endAfterTest(keyring);
    keyring.stdin.end('a password of the desktop');
    await isOpen(environment);
  }
  return environment;
}

/** Waits until the keyring takes something. */
async function isOpen(environment: Record<string, string>): Promise<void> {
  const ask = createKeyring(environmentOf('/nonexistent', environment));
  for (let tries = 0; tries < 40; tries++) {
    const answer = await ask({ set: { account: 'first', secret: 'first' }, remove: ['first'] });
    if (!('error' in answer)) return;
    await pause(100);
  }
  throw new Error('the keyring does not open');
}

function endAfterTest(child: ChildProcess): void {
  onTestFinished(() => void child.kill('SIGKILL'));
}

function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code} before it said anything`)));
  });
}
