import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../domain/device.ts';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import type { Secret } from '../domain/secret.ts';
import { refuseUnwritable, reserveFile } from './private-file.ts';

/** Where the secrets of many new devices go, each on the disk before its device counts as made. */
export interface SecretFiles {
  write(device: Device, uri: Secret): Promise<void>;
  close(): void;
}

/** Opens both kinds of output. Errors: `output-unreachable`. An older list of URIs is added to. */
export async function openSecretFiles(qrDir: string | undefined, urisOut: string | undefined): Promise<SecretFiles> {
  if (qrDir !== undefined) {
    attempt(qrDir, () => mkdirSync(qrDir, { recursive: true, mode: 0o700 }));
    refuseUnwritable(join(qrDir, '.otpctl'));
  }
  const list = urisOut === undefined ? undefined : await openList(urisOut);
  return {
    async write(device, uri) {
      if (qrDir !== undefined) await writeQr(join(qrDir, fileName(device)), uri);
      list?.add(device, uri);
    },
    close: () => list?.close(),
  };
}

async function writeQr(path: string, uri: Secret): Promise<void> {
  const { pngQr } = await import('../output/qr-image.ts');
  const file = reserveFile(path, false);
  try {
    file.write(pngQr(uri.exposeText()));
    file.keep();
  } finally {
    file.discard();
  }
}

/** A name that no user's name can lead out of the folder. */
function fileName({ id, user }: Device): string {
  return `${user
    .replace(/[^\p{L}\p{N}@._-]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 60)}-${id}.png`;
}

async function openList(path: string) {
  const { csvLine } = await import('../formats/enrolment-rows.ts');
  const file = attempt(path, () => openSync(path, 'a', 0o600));
  const { mode, size } = fstatSync(file);
  const close = () => closeSync(file);
  if ((mode & 0o077) !== 0) {
    close();
    throw new OtpctlError('permissions', `others can read ${printable(path)}`, `make it yours with  chmod 600 ${path}`);
  }
  const write = (line: string) =>
    attempt(path, () => {
      writeSync(file, line);
      fsyncSync(file);
    });
  if (size === 0) write(csvLine(['id', 'name', 'user', 'type', 'otpauthUri']));
  return {
    add: ({ id, name, user, type }: Device, uri: Secret) => write(csvLine([id, name, user, type, uri.exposeText()])),
    close,
  };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const kind = code === 'ENOSPC' || code === 'EIO' ? 'disk' : 'output-unreachable';
    throw new OtpctlError(kind, `${printable(path)} cannot be written: ${code}`, undefined, { cause: error });
  }
}
