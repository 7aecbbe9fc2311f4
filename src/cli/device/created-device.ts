import type { Device } from '../../domain/device/device.ts';
import type { Secret } from '../../domain/secret.ts';
import { deviceView } from '../../output/device-view.ts';
import type { Column, View } from '../../output/view.ts';
import type { Format } from '../parse/global-options.ts';

/** What `--show-secret` adds to a new device. */
export interface ShownSecret {
  readonly otpauthUri: string;
  readonly secret: string;
  /** A PNG, Base64; only in json. */
  readonly image?: string;
}

type CreatedDeviceShown = Device & Partial<ShownSecret>;

const SECRET_COLUMNS: readonly Column<CreatedDeviceShown>[] = [
  { key: 'otpauthUri', title: 'otpauthUri', value: ({ otpauthUri }) => otpauthUri },
  { key: 'secret', title: 'secret', value: ({ secret }) => secret },
];

/** A device that has just been made, with the secret that was asked for by name. */
export function createdView(format: Format): View<CreatedDeviceShown> {
  const image: Column<CreatedDeviceShown> = { key: 'image', title: 'image', value: (device) => device.image };
  return {
    columns: [...deviceView.columns, ...SECRET_COLUMNS, ...(hasImage(format) ? [image] : [])],
    table: deviceView.table,
    id: deviceView.id,
  };
}

export async function shownSecret(uri: Secret, format: Format): Promise<ShownSecret> {
  const otpauthUri = uri.exposeText();
  return {
    otpauthUri,
    secret: new URL(otpauthUri).searchParams.get('secret') ?? '',
    ...(hasImage(format) && { image: await imageOf(otpauthUri) }),
  };
}

function hasImage(format: Format): boolean {
  return format === 'json' || format === 'jsonl';
}

async function imageOf(uri: string): Promise<string> {
  const { pngQr } = await import('../../output/qr-image.ts');
  return Buffer.from(pngQr(uri)).toString('base64');
}
