import { OtpctlError } from '../../../domain/errors.ts';
import { attributeName, groupName, type User, type UserPatch, userAttribute } from '../../../domain/user.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { defaulting, flag, option, repeatable } from '../../parse/option.ts';
import { oneOf } from '../../parse/values.ts';
import { userView } from '../../user/user-view.ts';

const ANSWERS = ['true', 'false'] as const;

export const command = defineCommand({
  summary: 'make a user known, or change what is known of them',
  notes: `Attributes are for labels and messages: fullName, mail, phone and any other name. An empty value takes an attribute
away; those that are not named stay. Groups are all of them: one that is not named is taken away. Of a user who is not
active no device accepts anything; nothing else is lost.`,
  arguments: [{ name: '<user>', description: 'the name of the user' }],
  options: {
    attr: repeatable('--attr <name=value>', 'an attribute (repeatable)', attribute),
    active: defaulting(
      'as it was',
      option('--active <answer>', 'whether their devices work: true or false', oneOf('answer', ANSWERS), ANSWERS),
    ),
    group: defaulting(
      'as they were',
      repeatable('--group <name>', 'a group that the user is in (repeatable)', groupName),
    ),
    groups: flag('--no-groups', 'the user is in no group'),
  },
  examples: [
    { does: 'the name that apps show', line: 'user set ada --attr "fullName=Ada Lovelace"' },
    { does: 'who is away for a year', line: 'user set ada --active false --reason "on leave"' },
    { does: 'these groups and no others', line: 'user set ada --group vpn --group sales' },
    { does: 'an attribute of your own', line: 'user set ada --attr city=London --attr phone=' },
  ],
  view: userView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''], options }) {
    const { attr = [], active, group, groups: some = true } = options;
    refuseTwice(attr);
    if (group !== undefined && !some) {
      throw new OtpctlError('usage', '--group and --no-groups exclude one another', 'give one of them');
    }
    const groups = some ? group : [];
    const { users } = await context.backend('create');
    const patch: UserPatch = {
      name,
      attributes: Object.fromEntries(attr),
      ...(active !== undefined && { active: active === 'true' }),
      ...(groups !== undefined && { groups }),
    };
    const [user] = await offered(users, 'to change users').set([patch], context.origin);
    await context.print.one(userView, user as User);
    return EXIT.done;
  },
});

function attribute(text: string): [name: string, value: string | null] {
  const at = text.indexOf('=');
  if (at < 1) throw new OtpctlError('usage', `"${text}" is no NAME=VALUE`, 'for example  --attr city=London');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  return value === '' ? [attributeName(name), null] : userAttribute(name, value);
}

function refuseTwice(attributes: readonly (readonly [name: string, value: unknown])[]): void {
  const names = attributes.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new OtpctlError('usage', `the attribute ${twice} is given twice`, 'give it once');
}
