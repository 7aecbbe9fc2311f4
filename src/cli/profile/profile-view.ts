import { findProfile, type Profile } from '../../domain/place/profile.ts';
import type { RsaAccess } from '../../domain/place/rsa-access.ts';
import type { View } from '../../output/view.ts';
import type { Profiles } from '../../ports/servers/profiles.ts';

/** A profile as it is shown: no secret is in it. */
interface ProfileRow extends Profile {
  readonly standard: boolean;
}

export const profileView: View<ProfileRow> = {
  columns: [
    { key: 'name', title: 'name', value: ({ name }) => name },
    {
      key: 'default',
      title: 'default',
      value: ({ standard }) => standard,
      cell: ({ standard }) => (standard ? 'yes' : ''),
    },
    {
      key: 'place',
      title: 'place',
      value: ({ server, store }) => server?.url ?? store,
      cell: ({ server, store }) => server?.url ?? store ?? 'the store of this user',
    },
    { key: 'scope', title: 'scope', value: ({ scope }) => scope },
    { key: 'username', title: 'user name', value: ({ server }) => server?.username },
    { key: 'dialect', title: 'dialect', value: ({ server }) => server?.dialect },
    { key: 'timezone', title: 'time zone', value: ({ server }) => server?.timezone },
    { key: 'caFile', title: 'CA file', value: ({ server }) => server?.caFile },
    { key: 'clientCertFile', title: 'client certificate', value: ({ server }) => server?.clientCertFile },
    { key: 'clientKeyFile', title: 'client key', value: ({ server }) => server?.clientKeyFile },
    { key: 'timeout', title: 'timeout', value: ({ server }) => server && `${server.timeout}s` },
    { key: 'concurrency', title: 'concurrency', value: ({ server }) => server?.concurrency },
    { key: 'ratePerSecond', title: 'rate per second', value: ({ server }) => server?.ratePerSecond },
    { key: 'rsa', title: 'RSA', value: ({ rsa }) => rsa, cell: ({ rsa }) => rsaText(rsa) },
  ],
  table: ['name', 'default', 'place', 'scope', 'username'],
  wraps: true,
  id: ({ name }) => name,
};

/** One profile, as it is shown. */
export async function profileRow(profiles: Profiles, name: string): Promise<ProfileRow> {
  return findProfile(await profileRows(profiles), name) as ProfileRow;
}

/** All profiles, as they are shown. */
export async function profileRows(profiles: Profiles): Promise<readonly ProfileRow[]> {
  const standard = await profiles.standard();
  return (await profiles.list()).map((profile) => ({ ...profile, standard: profile.name === standard }));
}

function rsaText(rsa: RsaAccess | undefined): string {
  if (rsa === undefined) return '';
  return [rsa.url, rsa.keyFile ?? rsa.issuer].filter((each) => each !== undefined).join(' ') || 'by a key that is kept';
}
