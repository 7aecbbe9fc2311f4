/** Characters of a path that a line of the log has at most. */
const MAX_PATH = 300;
const HIDDEN = '[secret]';
/** What nearly every path is: too short, and too plain, to have any of the rest in it. */
const PLAIN = /^(?:\/[A-Za-z0-9_.-]+)*$/;
const SHORTEST_KEY = 48;
/** What precedes the path in an absolute target (RFC 9112 section 3.2.2), up to the last `@`: a password may be miswritten. */
const FRONT = /^[a-z][a-z0-9+.-]*:\/\/(?:.*@)?[^/?#]*/is;
/** A parameter that was written into the path, or whose `?` was encoded. */
const PARAMETER = /((?:password|passwd|pwd|secret|token|code|pin|key)(?:=|%(?:25)*3d))[^/&;]+/gi;
/** An API key, and what may have its secret part in it, which is so long. */
const API_KEY = /otpctl_[0-9a-f]{12}_[0-9a-z]*/gi;
const HEX = /[0-9a-f]+/gi;
const SECRET_LENGTH = 48;

/**
 * The target of a request as a log may have it: its path. No host and no user, no query, no fragment, and nothing that
 * looks like a secret, whatever shape the target came in.
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

/** Whether a part of a path is, however often encoded, `user:password@host`, or stands where that would, behind two slashes. */
function hasUser(segment: string, isHost: boolean): boolean {
  const text = segment.replace(/%(?:25)*40/g, '@').replace(/%(?:25)*3a/gi, ':');
  const end = text.lastIndexOf('@');
  return end > 0 && (isHost || text.lastIndexOf(':', end) !== -1);
}
