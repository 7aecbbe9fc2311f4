import { writtenTime } from './soffid-device.ts';

/** How far the clock of a zone was ahead of UTC when it showed this: found by asking what it shows, twice. */
export function zoneOffset(wall: number, zone: string): number {
  const shown = (moment: number) =>
    Date.parse(`${writtenTime(Math.floor(moment / 1000) * 1000, zone).replace(' ', 'T')}Z`);
  const whole = Math.floor(wall / 1000) * 1000;
  const first = shown(whole) - whole;
  return shown(whole - first) - (whole - first);
}
