// The double of Soffid's service with so many devices, in a process of its own: its argument is their number.
import { type SoffidDouble, startSoffid } from '../test/support/soffid/soffid-server.ts';

/** 2021-01-01T00:00:00Z: the devices were last used in the days after it. */
const FIRST = 1_609_459_200_000;

const double: SoffidDouble = await startSoffid({
  clock: { now: () => FIRST / 1000 },
  random: { bytes: (count) => new Uint8Array(count) },
  keepsRequests: false,
});
for (let at = 1; at <= Number(process.argv[2]); at++) {
  const id = BigInt(4_000_000 + at);
  const name = `TOTP${String(at).padStart(8, '0')}`;
  const used = { created: FIRST, lastUsed: FIRST + (at % 200) * 86_400_000 };
  double.devices.set(id, { id, name, type: 'TOTP', user: `user${at}`, status: 'V', fails: 0, ...used });
}
process.stdout.write(`listening on ${double.url}\n`);
