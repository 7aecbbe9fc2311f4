import { emailAddress } from '../enrollment/contact.ts';
import { invalid } from '../errors.ts';
import { isLoopbackName } from '../place/loopback.ts';
import { hasControlCharacters } from '../text/printable.ts';

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

const LABELS = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
const LITERAL = /^\[(?:ipv6:([0-9a-f:.]+)|([0-9.]+))\]$/i;

/** Reads a name to greet a mail server with: a host name, or an address in brackets (RFC 5321 section 4.1.3). Errors: `invalid-value`. */
export function ehloName(text: string): string {
  const given = text.trim();
  const [literal, ipv6, ipv4] = LITERAL.exec(given) ?? [];
  if (literal !== undefined) {
    const host = URL.parse(`https://${ipv6 === undefined ? ipv4 : `[${ipv6}]`}/`)?.hostname;
    if (host !== undefined && (ipv6 !== undefined || host === ipv4)) return given;
  }
  const isAscii = /^[\x21-\x7e]*$/.test(given);
  const name = isAscii || /[\s/?#@:\\]/.test(given) ? given : (URL.parse(`https://${given}/`)?.hostname ?? '');
  const labels = name.split('.');
  const isName = LABELS.test(name) && name.length <= 253 && labels.every((label) => label.length <= 63);
  if (isName && !/^[0-9]+$/.test(labels.at(-1) ?? '')) return name;
  throw invalid(
    'the name for EHLO is no host name',
    'for example  otp.example.com,  or an address in brackets:  [192.0.2.1]  or  [IPv6:2001:db8::1]',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw invalid('the SMTP URL has a % that encodes nothing', 'write it as %25');
    throw error;
  }
}
