import { resolve } from 'node:path';
import { OtpctlError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { grouped } from '../../domain/text/counted.ts';
import { printable } from '../../domain/text/printable.ts';
import { type ReservedFile, reserveFile } from '../../files/output-file.ts';
import { type TerminalQr, terminalQr } from '../../output/qr.ts';
import type { Context } from '../context.ts';
import { asText, defaulting, flag, type Given, option } from '../parse/option.ts';
import { oneOf } from '../parse/values.ts';
import { type Io, windowOf, writeTo } from '../terminal/io.ts';

const QR_MODES = ['auto', 'always', 'never'] as const;

/** How the secret of a new device is shown. It can be shown only once. */
export const SET_UP_OPTIONS = {
  qr: defaulting(
    'auto',
    option('--qr <when>', 'draw the QR code: auto (on a terminal), always, never', oneOf('mode', QR_MODES), QR_MODES),
  ),
  qrFile: option('--qr-file <file>', 'write the QR code to a .png or .svg file (0600)', asText),
  force: flag('--force', 'overwrite the file'),
  showSecret: flag('--show-secret', 'also print the otpauth:// URI and the Base32 secret'),
};

export interface SetUpOutput {
  /** Writes the QR code to its file. */
  write(uri: Secret): Promise<void>;
  /** Draws the QR code. */
  draw(uri: Secret): Promise<void>;
  /** Keeps the file, and says where it is: the device was created. */
  keep(): Promise<void>;
  /** Removes the file: the device was not created. */
  discard(): void;
}

/**
 * Decides where the secret of a device will be shown, before the device is created. `sample` is a URI as long as the real
 * one. Errors: `output-unreachable` if the secret would be shown nowhere, or in a window that is too small; `file-exists`.
 */
export async function planSetUp(
  context: Context,
  options: Given<typeof SET_UP_OPTIONS>,
  sample: string,
  known: { readonly confirms: boolean; readonly existingSecret: boolean },
): Promise<SetUpOutput> {
  const { io, print } = context;
  const inTable = print.format === 'table' && !context.options.quiet;
  const target = inTable ? io.stdout : io.stderr;
  const mode = options.qr ?? 'auto';
  const prints = options.showSecret === true && (inTable || !known.confirms);
  const otherwise = options.qrFile !== undefined || prints || known.existingSecret;
  if (options.showSecret && context.options.quiet) {
    throw new OtpctlError('usage', '--quiet and --show-secret exclude one another', 'give one of them');
  }

  if (options.force && options.qrFile === undefined) {
    throw new OtpctlError('usage', '--force is for files that are written, and none is', 'leave it out');
  }
  if (sample.length > QR_CAPACITY) {
    const length = grouped(sample.length);
    throw new OtpctlError(
      'invalid-value',
      `the otpauth:// URI would have ${length} characters: no QR code holds it`,
      SHORTEN,
    );
  }
  let draws = mode === 'always' || (mode === 'auto' && io.stdout.isTTY === true && showsBlocks(io.environment));
  const window = windowOf(target);
  if (draws && window !== undefined) {
    const tooSmall = whyTooSmall(await terminalQr(sample), window);
    if (tooSmall !== undefined) {
      if (mode === 'auto' && !otherwise) throw new OtpctlError('output-unreachable', tooSmall, ENLARGE);
      await print.notice(`notice: ${tooSmall}`);
      draws = mode === 'always';
    }
  }
  if (!draws && !otherwise) {
    throw new OtpctlError(
      'output-unreachable',
      'without its QR code or its secret the device could never be set up, so none is created',
      'add  --qr-file FILE.png,  --show-secret  or  --qr always',
    );
  }
  const file = options.qrFile === undefined ? undefined : reserveQrFile(options.qrFile, options.force ?? false);

  return {
    async keep() {
      if (file === undefined) return;
      file.keep();
      await print.notice(`the QR code is in ${printable(resolve(options.qrFile ?? ''))}: it is a secret`);
    },
    discard: () => file?.discard(),
    write: async (uri) => file?.write(uri.exposeText()),
    async draw(uri) {
      const text = uri.exposeText();
      if (draws && !(await writeTo(target, `${(await terminalQr(text)).lines.join('\n')}\n`))) {
        throw new OtpctlError('output-unreachable', 'the QR code cannot be written');
      }
    },
  };
}

/** Whether a terminal probably shows block characters, by `TERM` and the locale. */
function showsBlocks({ TERM, LC_ALL, LC_CTYPE, LANG }: Io['environment']): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return TERM !== 'dumb' && !/^(?:C|POSIX)$|\.(?!utf-?8)/i.test(locale);
}

/** Bytes in the largest QR code at the lowest error correction (ISO/IEC 18004, version 40-L). */
const QR_CAPACITY = 2953;
const SHORTEN = 'shorten the user name or the issuer';
const ENLARGE = 'enlarge the window, or write the code to a file with  --qr-file FILE.png';

/** Why a QR code does not fit a window; undefined if it does. One row is left for the question below it. */
function whyTooSmall(qr: TerminalQr, { columns, rows }: { columns: number; rows: number }): string | undefined {
  if (columns >= qr.columns && rows > qr.rows) return undefined;
  return `the window has ${columns} columns and ${rows} rows, and the QR code needs ${qr.columns} and ${qr.rows + 1}`;
}

interface QrFile extends Omit<ReservedFile, 'write'> {
  write(uri: string): Promise<void>;
}

function reserveQrFile(path: string, overwrite: boolean): QrFile {
  const svg = path.toLowerCase().endsWith('.svg');
  if (!svg && !path.toLowerCase().endsWith('.png')) {
    throw new OtpctlError(
      'invalid-value',
      `the file ${path} is neither .png nor .svg`,
      'name it  FILE.png  or  FILE.svg',
    );
  }
  const file = reserveFile({ path, overwrite });
  return {
    keep: file.keep,
    discard: file.discard,
    async write(uri) {
      const { pngQr, svgQr } = await import('../../output/qr-image.ts');
      file.write(svg ? svgQr(uri) : pngQr(uri));
    },
  };
}
