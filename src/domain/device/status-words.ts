import type { DeviceStatus } from './device.ts';

const WORDS: Record<DeviceStatus, string> = { C: 'created', V: 'enabled', L: 'locked', D: 'disabled' };

/** The word that tables and prompts write for a status; one that nobody knows stays as it came. */
export function statusWord(status: string): string {
  return Object.hasOwn(WORDS, status) ? WORDS[status as DeviceStatus] : status;
}

/** Reads a status from a letter or a word, without case; `validated` and `E` are enabled. */
export function parseStatus(text: string): DeviceStatus | undefined {
  const wanted = text.toLowerCase();
  if (wanted === 'validated' || wanted === 'e') return 'V';
  const found = Object.entries(WORDS).find(([letter, word]) => wanted === word || wanted === letter.toLowerCase());
  return found?.[0] as DeviceStatus | undefined;
}
