import { join, resolve } from 'node:path';
import type { Device } from '../../domain/device/device.ts';
import type { Secret } from '../../domain/secret.ts';
import { csvLine } from '../../domain/text/csv-cell.ts';
import { hasUnseen } from '../../domain/text/identifier.ts';
import { printable } from '../../domain/text/printable.ts';
import { type AddedFile, openAdded } from '../../files/added-file.ts';
import { unwritable } from '../../files/errno.ts';
import { makeFolder } from '../../files/folders.ts';
import { refuseUnwritable, writeOutput } from '../../files/output-file.ts';

/** Where the secrets of many new devices go, each on the disk before its device counts as made. */
export interface SecretFiles {
  write(device: Device, uri: Secret): Promise<void>;
  /** Where what was written is, for a person; undefined where there is nothing. */
  where(): string | undefined;
  close(): void;
}

interface SecretOutputs {
  readonly qrDir?: string;
  readonly urisOut?: string;
  /** Whether a QR code takes the place of one that is there. */
  readonly force?: boolean;
}

/** Opens both kinds of output. Errors: `output-unreachable`, `file-exists`. An older list of URIs is added to. */
export function openSecretFiles({ qrDir, urisOut, force: overwrite = false }: SecretOutputs): SecretFiles {
  if (qrDir !== undefined) {
    makeQrFolder(qrDir);
    refuseUnwritable({ path: join(qrDir, '.otpctl'), overwrite: true });
  }
  const list = urisOut === undefined ? undefined : openAdded(urisOut, HEADING);
  let any = false;
  return {
    where() {
      if (!any) return undefined;
      const codes = qrDir === undefined ? [] : [`QR codes in ${printable(resolve(qrDir))}`];
      const uris = urisOut === undefined ? [] : [`URIs in ${printable(resolve(urisOut))}`];
      return `the secrets are there: ${[...codes, ...uris].join(', ')}`;
    },
    async write(device, uri) {
      any = true;
      if (qrDir !== undefined) await writeQr(join(qrDir, fileName(device)), overwrite, uri);
      if (list !== undefined) addUri(list, device, uri);
    },
    close: () => list?.close(),
  };
}

const HEADING = csvLine(['id', 'name', 'user', 'type', 'otpauthUri']);

function addUri(list: AddedFile, { id, name, user, type }: Device, uri: Secret): void {
  list.add(csvLine([id, name, user, type, uri.exposeText()]));
}

async function writeQr(path: string, overwrite: boolean, uri: Secret): Promise<void> {
  const { pngQr } = await import('../../output/qr-image.ts');
  writeOutput({ path, overwrite }, pngQr(uri.exposeText()));
}

/** A name that neither a user's name nor a server's id leads out of the folder, and that nothing takes for an option. */
function fileName({ id, user }: Device): string {
  return `${harmless(user).replace(/^[.-]+/, '_')}-${harmless(id)}.png`;
}

function harmless(text: string): string {
  const letters = Array.from(text, (each) => (/[\p{L}\p{N}@._-]/u.test(each) && !hasUnseen(each) ? each : '_'));
  return letters.slice(0, 60).join('');
}

function makeQrFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}
