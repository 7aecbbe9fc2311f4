import { OtpctlError } from '../../../domain/errors.ts';
import { attributeName, type User, userAttribute } from '../../../domain/user.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { repeatable } from '../../parse/option.ts';
import { userView } from '../../user/user-view.ts';

export const command = defineCommand({
  summary: 'make a user known, and set attributes',
  notes: `Attributes are for labels and messages: fullName, mail, phone and any other name. An empty value takes an attribute
away; those that are not named stay.`,
  arguments: [{ name: '<user>', description: 'the name of the user' }],
  options: { attr: repeatable('--attr <name=value>', 'an attribute (repeatable)', attribute) },
  examples: [
    { does: 'the name that apps show', line: 'user set ada --attr "fullName=Ada Lovelace"' },
    { does: 'an attribute of your own', line: 'user set ada --attr city=London --attr phone=' },
  ],
  view: userView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''], options }) {
    refuseTwice(options.attr ?? []);
    const { users } = await context.backend('create');
    const attributes = Object.fromEntries(options.attr ?? []);
    const [user] = await offered(users, 'to change users').set([{ name, attributes }], context.origin);
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
