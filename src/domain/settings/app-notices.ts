import type { SettingValue } from './setting-value.ts';

/** What apps take where a QR code says nothing, and some whatever it says. */
const USUAL = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** What apps make of parameters of TOTP and HOTP devices that are not their own: a sentence each. */
export function appNotices(parameters: { readonly [P in keyof typeof USUAL]?: SettingValue | undefined }): string[] {
  return Object.entries(USUAL).flatMap(([name, usual]) => {
    const value = parameters[name as keyof typeof USUAL];
    if (value === undefined || value === usual) return [];
    return [
      `warning: some apps ignore the ${name} of a QR code and take ${usual}: confirm new devices with a first code`,
    ];
  });
}
