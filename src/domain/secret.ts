import { createHmac } from 'node:crypto';

const PLACEHOLDER = '[secret]';
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Bytes that must not be printed: however a value of this class is turned into text, it reads `[secret]`. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static ofText(text: string): Secret {
    return new Secret(ENCODER.encode(text));
  }

  /** The bytes themselves. Every call of this is a place to look at. */
  expose(): Uint8Array {
    return this.#bytes;
  }

  /** The bytes read as UTF-8, for PINs. */
  exposeText(): string {
    return DECODER.decode(this.#bytes);
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [INSPECT](): string {
    return PLACEHOLDER;
  }
}

/** What a key may be called in public: eight bytes that say which key it is, and nothing about it. */
export function keyId(key: Secret): string {
  return createHmac('sha256', key.expose()).update('otpctl:key-id:v1').digest('hex').slice(0, 16);
}
