import { emailAddress } from './contact.ts';
import { invalid } from './errors.ts';
import { isLoopbackName } from './loopback.ts';
import { hasControlCharacters } from './printable.ts';

/** An SMTP server and how to sign in there. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. Otherwise STARTTLS: demanded, unless the server is this machine. */
  readonly implicitTls: boolean;
  readonly loopback: boolean;
  readonly signIn?: { readonly user: string; readonly password: string };
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}

const EXAMPLE = 'for example  smtps://USER:PASSWORD@mail.example.com';

/** Reads `smtps://` (port 465) or `smtp://` (port 587). Errors: `invalid-value`, which repeats nothing of it. */
export function smtpServer(text: string): SmtpServer {
  const url = hasControlCharacters(text) ? null : URL.parse(text.trim());
  const host = url === null ? undefined : URL.parse(`https://${url.host}`)?.hostname;
  if (url === null || host === undefined || !/^smtps?:$/.test(url.protocol)) {
    throw invalid('the SMTP URL is not one', EXAMPLE);
  }
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    throw invalid('the SMTP URL has more in it than a server and how to sign in there', EXAMPLE);
  }
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if ((user === '') !== (password === ''))
    throw invalid('the SMTP URL has a user or a password, and needs both', EXAMPLE);
  const implicitTls = url.protocol === 'smtps:';
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (implicitTls ? 465 : 587) : Number(url.port),
    implicitTls,
    loopback: isLoopbackName(host),
    ...(user !== '' && { signIn: { user, password } }),
  };
}

/** An SMTP URL as everybody may see it. */
export function maskedSmtpUrl(text: string): string {
  const { protocol, username, password, host } = new URL(text.trim());
  return password === '' ? text.trim() : `${protocol}//${username}:[secret]@${host}`;
}

/** Reads `address` or `Name <address>`. Errors: `invalid-value`. */
export function emailSender(text: string): Sender {
  const [, name = '', address = text] = /^([^<>]*)<([^<>]*)>\s*$/.exec(text) ?? [];
  if (hasControlCharacters(name)) throw invalid('the name of the sender contains control characters');
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address: emailAddress(address) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw invalid('the SMTP URL has a % that encodes nothing', 'write it as %25');
    throw error;
  }
}
