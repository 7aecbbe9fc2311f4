import { OtpctlError } from '../../domain/errors.ts';
import type { Printer } from './printer.ts';

/**
 * Writes what is good for nothing unless all of it is read: where a list may end early (`| head`), an export that ends
 * early is none. Errors: `output-cut`.
 */
export async function writeWhole({ raw }: Printer, text: string, what: string): Promise<void> {
  if (await raw(text)) return;
  throw new OtpctlError(
    'output-cut',
    `${what} was cut: stdout was closed, or cannot be written, before its end`,
    'what came out is no export: write all of it, for example into a file with  >',
  );
}
