const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/** Digits that `JSON.stringify` writes as they are: a number of 64 bits, which a number of JavaScript is not. */
export function rawNumber(digits: string): object {
  return rawJSON(digits);
}
