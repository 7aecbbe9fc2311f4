import { invalid, OtpctlError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { hasControlCharacters } from '../../domain/text/printable.ts';
import type { SignIn } from '../../ports/servers/sign-in.ts';
import type { Context } from '../context.ts';
import { flag, type Given } from '../parse/option.ts';
import { readValue } from '../terminal/io.ts';
import { valid } from '../terminal/prompts.ts';

export const SECRET_OPTIONS = {
  passwordStdin: flag('--password-stdin', 'take the password from stdin'),
  tokenStdin: flag('--token-stdin', 'take a bearer token from stdin'),
};

type SecretOptions = Given<typeof SECRET_OPTIONS>;

/** Reads a secret from stdin or asks for it: a password if there is a user name, a token if there is none. */
export async function askSignIn(
  context: Context,
  username: string | undefined,
  { passwordStdin, tokenStdin }: SecretOptions,
): Promise<SignIn> {
  if (passwordStdin && tokenStdin) {
    throw new OtpctlError('usage', '--password-stdin and --token-stdin exclude one another', 'give one of them');
  }
  const kind = passwordStdin ? 'password' : tokenStdin || username === undefined ? 'token' : 'password';
  if (kind === 'token') return { kind, secret: await askSecret(context, kind, tokenStdin === true) };
  if (username === undefined) {
    throw new OtpctlError(
      'input-needed',
      'a password needs a user name',
      'add  --username NAME, or set OTPCTL_USERNAME',
    );
  }
  return { kind, username, secret: await askSecret(context, kind, passwordStdin === true) };
}

async function askSecret({ io, prompts }: Context, kind: 'password' | 'token', piped: boolean): Promise<Secret> {
  const missing = {
    message: `no ${kind} is given`,
    hint: 'pipe it in with  --password-stdin  or  --token-stdin, or set OTPCTL_PASSWORD or OTPCTL_TOKEN',
  };
  const check = (text: string) => secretText(kind, text);
  if (piped && !io.stdin.isTTY) return Secret.ofText(check(await readValue(io.stdin)));
  return Secret.ofText(await prompts.hidden(`${kind}:`, valid(check), missing));
}

/** Refuses (`invalid-value`) a secret that cannot be sent in a header. */
function secretText(kind: string, text: string): string {
  if (text === '') throw invalid(`the ${kind} is empty`);
  if (hasControlCharacters(text)) throw invalid(`the ${kind} has control characters in it`);
  if (kind === 'token' && !/^[\x21-\x7e]+$/.test(text)) throw invalid('the token has characters that no token has');
  return text;
}
