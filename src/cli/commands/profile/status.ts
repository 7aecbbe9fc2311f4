import { OtpctlError } from '../../../domain/errors.ts';
import { isRemote, notSignedIn, type Place } from '../../../domain/place/place.ts';
import { findProfile } from '../../../domain/place/profile.ts';
import type { View } from '../../../output/view.ts';
import type { Findings } from '../../../ports/servers/probe.ts';
import type { SignIn } from '../../../ports/servers/sign-in.ts';
import type { Context } from '../../context.ts';
import { leadsToRsa, tryRsa } from '../../doctor/rsa-access.ts';
import { EXIT } from '../../exit-codes.ts';
import { PLACE, READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseIneffective } from '../../parse/ineffective-options.ts';
import { placeOfProfile } from '../../profile/place.ts';

interface Status {
  readonly profile?: string;
  readonly place: string;
  /** The users that are there by the profile. */
  readonly scope?: string;
  readonly who?: string;
  readonly secret?: string;
  readonly signedIn?: boolean;
  readonly dialect?: string;
  readonly devices?: Findings['devices'];
  readonly count?: number;
  readonly supports?: readonly string[];
  /** Whether the key to RSA's Cloud Administration API works, or why not. */
  readonly rsa?: string;
}

const statusView: View<Status> = {
  columns: [
    { key: 'profile', title: 'profile', value: ({ profile }) => profile },
    { key: 'place', title: 'place', value: ({ place }) => place },
    { key: 'scope', title: 'scope', value: ({ scope }) => scope },
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
    { key: 'rsa', title: 'RSA', value: ({ rsa }) => rsa },
  ],
  table: ['profile', 'place', 'scope', 'who', 'signedIn', 'rsa'],
  id: ({ profile, place }) => profile ?? place,
};

export const command = defineCommand({
  summary: 'say who is signed in, where the secret is kept, and what the server allows',
  notes: 'The server is only read from. Exit 4 when nobody is signed in there.',
  arguments: [
    { name: '[name]', description: 'the profile; without it, the one that commands work on', completes: 'profiles' },
  ],
  options: {},
  examples: [
    { does: 'where commands work now', line: 'profile status' },
    { does: 'another profile', line: 'profile status work -o json' },
  ],
  view: statusView,
  globals: READS,
  async run(context, { arguments: [name] }) {
    const place = await placeAsked(context, name);
    const rsa = leadsToRsa(context, place) ? await rsaState(context, place) : undefined;
    const rsaWorks = rsa === undefined || rsa === RSA_WORKS;
    if (!isRemote(place)) {
      const { store = 'the store of this user' } = place;
      await context.print.one(statusView, { place: store, ...scopeOf(place), ...(rsa && { rsa }) });
      return rsaWorks ? EXIT.done : EXIT.notAllowed;
    }
    const { known, noKeyring } = await context.remote.signIn(place);
    const findings = await context.remote.probe(place, known?.signIn);
    const credentials = await context.remote.credentials();
    const signedIn = known !== undefined && findings.signedIn === true;
    await context.print.one(statusView, {
      ...(place.profile !== undefined && { profile: place.profile }),
      place: findings.url,
      ...scopeOf(place),
      ...(known !== undefined && { who: whoOf(known.signIn), secret: credentials.describe(known.keeper) }),
      signedIn,
      dialect: findings.dialect,
      devices: findings.devices,
      ...(findings.count !== undefined && { count: findings.count }),
      supports: findings.supports,
      ...(rsa && { rsa }),
    });
    if (signedIn) return rsaWorks ? EXIT.done : EXIT.notAllowed;
    const { message, hint } = notSignedIn(place, noKeyring);
    await context.print.notice(known === undefined ? `${message}\n${hint}` : `the server does not take it\n${hint}`);
    return EXIT.notAllowed;
  },
});

const scopeOf = ({ scope }: Place) => (scope === undefined ? {} : { scope });

const RSA_WORKS = 'the key works';

async function rsaState(context: Context, place: Place): Promise<string> {
  try {
    await tryRsa(await context.ds100(['read'], 'open', place));
    return RSA_WORKS;
  } catch (error) {
    if (error instanceof OtpctlError) return error.message;
    throw error;
  }
}

async function placeAsked(context: Context, name: string | undefined) {
  if (name === undefined) return context.place();
  refuseIneffective(context.options, PLACE, 'beside NAME');
  const profiles = await context.remote.profiles();
  return placeOfProfile(findProfile(await profiles.list(), name), context.options, context.io.environment);
}

const whoOf = (signIn: SignIn) => (signIn.kind === 'password' ? signIn.username : 'a token');
