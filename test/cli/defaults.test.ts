import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/parse/global-options.ts';
import { described } from '../../src/cli/parse/option.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { otpctl } from '../support/cli.ts';

/** What narrows, names or brings something: where it is not given, nothing stands in its place. */
const WITHOUT =
  /^--(?:after|url|store|profile|columns|reason|ticket|filter|user|type|status|text|unused-since|unused-for|created-before|email|phone|since|until|device|actor|action|attr|to|input|role|name|user-id|token-serial|username|before|digest|set-status|from|plan-out|report|uris-out|qr-dir|qr-file|passphrase-file|socket|tls-cert|tls-key|trust-proxy|ca-file|client-cert-file|client-key-file|rsa-(?:url|key-file|issuer|client-id|private-key-file|ca-file))\b/;

const valued = (options: Awaited<ReturnType<(typeof COMMANDS)[number]['load']>>['options']) =>
  Object.values(options).filter((each) => each.parse !== undefined);

describe('the default of an option', () => {
  it.each(COMMANDS.map(({ name }) => name))('is said by the help of  %s', async (name) => {
    const command = await COMMANDS.find((each) => each.name === name)?.load();
    if (command === undefined) throw new Error(name);
    const { stdout } = await otpctl([...name.split(' '), '--help'], { home: '/nonexistent' });
    const help = stdout.replaceAll(/\s+/g, ' ');
    for (const option of valued(command.options)) {
      const names = /--[a-z-]+/.exec(option.flags)?.[0] ?? option.flags;
      expect({ names, said: option.default !== undefined }).toEqual({ names, said: !WITHOUT.test(names) });
      expect(help).toContain(described(option).replaceAll(/\s+/g, ' '));
    }
  });

  it('is said by the help of everything', async () => {
    const { stdout } = await otpctl(['--help'], { home: '/nonexistent' });
    const help = stdout.replaceAll(/\s+/g, ' ');
    for (const option of valued(GLOBAL_OPTIONS)) {
      const names = /--[a-z-]+/.exec(option.flags)?.[0] ?? option.flags;
      expect({ names, said: option.default !== undefined }).toEqual({ names, said: !WITHOUT.test(names) });
      expect(help).toContain(described(option));
    }
  });

  it('is told of the share of devices, and of from how many it counts', async () => {
    const { stdout } = await otpctl(['bulk', 'update', '--help'], { home: '/nonexistent' });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('from 50 of them on (default: 20)');
  });
});
