/** The most characters of a path in a line of the log. */
const MAX_PATH = 300;
const HIDDEN = '[secret]';
/** What nearly every path looks like: with fewer characters than a key has, it holds nothing to be hidden. */
const PLAIN = /^(?:\/[A-Za-z0-9_.-]+)*$/;
const SHORTEST_KEY = 48;
/** What precedes the path in an absolute target (RFC 9112 section 3.2.2). Up to the last `@`: a password may have one in it. */
const FRONT = /^[a-z][a-z0-9+.-]*:\/\/(?:.*@)?[^/?#]*/is;
/** A parameter that was written into the path, or whose `?` was encoded. */
const PARAMETER = /((?:password|passwd|pwd|secret|token|code|pin|key)(?:=|%(?:25)*3d))[^/&;]+/gi;
/** An API key; and hex digits, of which as many as its secret part has may be that part. */
const API_KEY = /otpctl_[0-9a-f]{12}_[0-9a-z]*/gi;
const HEX = /[0-9a-f]+/gi;
const SECRET_LENGTH = 48;

/**
 * What of the target of a request may be logged: its path, without host, user, query and fragment, and with `[secret]` in
 * place of what looks like one.
 */
export function loggedTarget(target: string): string {
  const end = target.indexOf('?');
  const plain = end === -1 ? target : target.slice(0, end);
  if (plain.length < SHORTEST_KEY && PLAIN.test(plain)) return plain;
  const path = target.replace(FRONT, '').replace(/[?#].*$/s, '');
  if (!path.startsWith('/')) return '';
  const segments = path.split('/');
  const harmless = segments.map((text, at) => (hasUser(text, at > 1 && segments[at - 1] === '') ? HIDDEN : text));
  return harmless
    .join('/')
    .replace(PARAMETER, `$1${HIDDEN}`)
    .replace(API_KEY, HIDDEN)
    .replace(HEX, hidden)
    .slice(0, MAX_PATH);
}

function hidden(hex: string): string {
  return hex.length >= SECRET_LENGTH ? HIDDEN : hex;
}

/**
 * Whether a segment of a path is `user:password@host`, however often it was percent-encoded; behind two slashes, where a
 * host would stand, `user@host` is enough.
 */
function hasUser(segment: string, isHost: boolean): boolean {
  const text = segment.replace(/%(?:25)*40/g, '@').replace(/%(?:25)*3a/gi, ':');
  const end = text.lastIndexOf('@');
  return end > 0 && (isHost || text.lastIndexOf(':', end) !== -1);
}
