/** Country codes of two digits (ITU-T E.164, annex). Of one digit are 1 and 7; all others have three. */
const TWO_DIGITS = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
/** Where a number that begins with a zero keeps it after the country code: Italy and San Marino, Ivory Coast, Gabon, Congo. */
const ZERO_DIALLED = ['39', '378', '225', '241', '242'];

/** The country code that the digits of an international number begin with. */
export function countryCodeIn(digits: string): string {
  return digits.slice(0, /^[17]/.test(digits) ? 1 : TWO_DIGITS.test(digits) ? 2 : 3);
}

/** Whether a zero after a country code can be part of a number. */
export function zeroIsDialled(countryCode: string): boolean {
  return ZERO_DIALLED.includes(countryCode);
}
