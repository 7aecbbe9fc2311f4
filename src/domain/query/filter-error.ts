import { OtpctlError } from '../errors.ts';

/** A filter that cannot be read or asks for what there is not: its text, and the place in it, characters from 0. */
export class FilterError extends OtpctlError {
  readonly text: string;
  readonly position: number;

  constructor(sentence: string, text: string, position: number, hint?: string) {
    super('invalid-filter', sentence, hint);
    this.text = text;
    this.position = position;
  }
}
