import { isRemote, notSignedIn } from '../../../domain/place.ts';
import { findProfile } from '../../../domain/profile.ts';
import type { View } from '../../../output/view.ts';
import type { Findings, SignIn } from '../../../ports/probe.ts';
import type { Context } from '../../context.ts';
import { defineCommand } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { placeOfProfile } from '../../place.ts';

interface Status {
  readonly profile?: string;
  readonly place: string;
  readonly who?: string;
  readonly secret?: string;
  readonly signedIn?: boolean;
  readonly dialect?: string;
  readonly devices?: Findings['devices'];
  readonly count?: number;
  readonly supports?: readonly string[];
}

const statusView: View<Status> = {
  columns: [
    { key: 'profile', title: 'profile', value: ({ profile }) => profile },
    { key: 'place', title: 'place', value: ({ place }) => place },
    { key: 'who', title: 'who', value: ({ who }) => who },
    { key: 'secret', title: 'secret in', value: ({ secret }) => secret },
    {
      key: 'signedIn',
      title: 'signed in',
      value: ({ signedIn }) => signedIn,
      cell: ({ signedIn }) => (signedIn ? 'yes' : 'no'),
    },
    { key: 'dialect', title: 'dialect', value: ({ dialect }) => dialect },
    { key: 'devices', title: 'devices', value: ({ devices }) => devices },
    { key: 'count', title: 'how many', value: ({ count }) => count },
    {
      key: 'supports',
      title: 'supports',
      value: ({ supports }) => supports,
      cell: ({ supports }) => (supports ?? []).join(', '),
    },
  ],
  table: ['profile', 'place', 'who', 'signedIn'],
  id: ({ profile, place }) => profile ?? place,
};

export const command = defineCommand({
  summary: 'say who is signed in, where the secret is kept, and what the server allows',
  notes: 'The server is only read from. Exit 4 when nobody is signed in there.',
  arguments: [{ name: '[name]', description: 'the profile; without it, the one that commands work on' }],
  options: {},
  examples: [
    { does: 'where commands work now', line: 'profile status' },
    { does: 'another profile', line: 'profile status work -o json' },
  ],
  view: statusView,
  async run(context, { arguments: [name] }) {
    const place = await placeAsked(context, name);
    if (!isRemote(place)) {
      await context.print.one(statusView, { place: place.store ?? 'the store of this user' });
      return EXIT.done;
    }
    const { known, noKeyring } = await context.remote.signIn(place);
    const findings = await context.remote.probe(place, known?.signIn);
    const credentials = await context.remote.credentials();
    const signedIn = known !== undefined && findings.signedIn === true;
    await context.print.one(statusView, {
      ...(place.profile !== undefined && { profile: place.profile }),
      place: findings.url,
      ...(known !== undefined && { who: whoOf(known.signIn), secret: credentials.describe(known.keeper) }),
      signedIn,
      dialect: findings.dialect,
      devices: findings.devices,
      ...(findings.count !== undefined && { count: findings.count }),
      supports: findings.supports,
    });
    if (signedIn) return EXIT.done;
    const { message, hint } = notSignedIn(place, noKeyring);
    await context.print.notice(known === undefined ? `${message}\n${hint}` : `the server does not take it\n${hint}`);
    return EXIT.notAllowed;
  },
});

async function placeAsked(context: Context, name: string | undefined) {
  if (name === undefined) return context.place();
  const profiles = await context.remote.profiles();
  return placeOfProfile(findProfile(await profiles.list(), name), context.options, context.io.environment);
}

const whoOf = (signIn: SignIn) => (signIn.kind === 'password' ? signIn.username : 'a token');
