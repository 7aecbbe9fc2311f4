import { DEVICE_SCHEMA } from '../../domain/query/device-schema.ts';

const ATTRIBUTES = DEVICE_SCHEMA.attributes.map(({ name }) => name).filter((name) => name !== 'schemas');

export const text = `Filters

Options of  device list  and  bulk  select devices; all that are given hold:
  --user, --type, --status, --text, --unused-since, --unused-for,
  --never-used, --created-before

What they cannot say, a filter of SCIM can (RFC 7644, section 3.4.2.2):
  --filter 'type eq "TOTP" and (fails gt 3 or not (lastUsed pr))'

Operators, without case, by how strongly they bind:
  pr                      there is a value
  eq ne co sw ew          equal, not equal, contains, starts with, ends with
  gt ge lt le             greater, and so on; of dates: later
  not ( )   and   or      not wants its parentheses

Values are texts in double quotes, numbers, true, false and null. Dates are
texts: "2026-01-31" is midnight UTC, "2026-01-31T08:00:00Z" a moment. A status
is C, V, L, D or created, enabled, locked, disabled; a word that no status or
type has is refused. Names, users, types and statuses compare without case. A
device without a value meets ne, and no other comparison.

Attributes:
  ${lines(ATTRIBUTES).join('\n  ')}

A scope of an API key is such a filter over users. Its attributes are userName
(or user), active, groups, and every attribute of users by its name; of several
groups one has to fit:
  --scope 'groups eq "Berlin" and not (mail co "@partner.example")'

  # who could be calling because of a lock
  otpctl device list --filter 'status eq "locked" or fails ge 5'

  # how the list is read, and whether an index helps
  otpctl device list --filter 'user sw "a"' --explain
`;

/** Words, separated by commas, in lines that fit. */
function lines(words: readonly string[]): string[] {
  const found: string[] = [];
  for (const word of words) {
    const last = found.at(-1);
    if (last !== undefined && last.length + word.length < 74) found[found.length - 1] = `${last}, ${word}`;
    else found.push(word);
  }
  return found;
}
