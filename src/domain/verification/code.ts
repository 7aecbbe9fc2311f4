/**
 * A code as a person typed it, made comparable once: ASCII spaces and hyphens are removed anywhere.
 * Undefined when anything but `digits` ASCII digits is left, which is a failed attempt.
 */
export function normaliseCode(typed: string, digits: number): string | undefined {
  const code = typed.replace(/[ -]/g, '');
  return code.length === digits && /^[0-9]+$/.test(code) ? code : undefined;
}
