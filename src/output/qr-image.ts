import { PNG } from 'pngjs';
import encodeQr from 'qr';

/** Modules of quiet zone on each side (ISO/IEC 18004 section 6.3.8). */
const QUIET = 4;
/** Pixels a module in a PNG. */
const SCALE = 8;

/** A grey PNG at the lowest error correction. */
export function pngQr(text: string): Uint8Array {
  const modules = encodeQr(text, 'raw', { ecc: 'low', border: QUIET });
  const size = modules.length * SCALE;
  const png = new PNG({ width: size, height: size });
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const shade = modules[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] ? 0 : 255;
      png.data.set([shade, shade, shade, 255], (y * size + x) * 4);
    }
  }
  return PNG.sync.write(png, { colorType: 0 });
}

/** An SVG on a white ground of its own: the library's is transparent, and unreadable on a dark page. */
export function svgQr(text: string): string {
  const svg = encodeQr(text, 'svg', { ecc: 'low', border: QUIET });
  return svg.replace('>', '><path fill="#fff" d="M0 0h999v999H0z"/>');
}
