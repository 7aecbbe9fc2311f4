import { STATUS_WORDS } from '../../domain/device/device.ts';
import type { Selection } from '../../domain/device/selection.ts';
import { createdBefore, NEVER_USED, unusedSince, wasNeverUsed, wasUsed } from '../../domain/device/staleness.ts';
import { before, parseDuration } from '../../domain/duration.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { type BoundFilter, bindTypedFilter } from '../../domain/query/bind-filter.ts';
import { DEVICE_SCHEMA } from '../../domain/query/device-schema.ts';
import { parseFilter } from '../../domain/query/parse-filter.ts';
import { MAX_SEARCH_WORDS, searchWords, userName } from '../../domain/user.ts';
import type { Context } from '../context.ts';
import { asText, defaulting, type Given, option, repeatable } from '../parse/option.ts';
import { deviceStatus, deviceType, instant, moment, oneOf, TYPE_CHOICES } from '../parse/values.ts';

/** Which devices: what commands that work on many of them have in common. */
export const SELECTION_OPTIONS = {
  filter: option('--filter <filter>', 'a SCIM filter: \'type eq "TOTP" and lastUsed pr\'', asText),
  user: option('--user <user>', 'devices of this user', userName),
  type: repeatable('--type <type>', 'devices of this type (repeatable)', deviceType, TYPE_CHOICES),
  status: repeatable('--status <status>', 'devices in this status (repeatable)', deviceStatus, STATUS_WORDS),
  text: option('--text <words>', 'every word is contained in user or name', words),
  unusedSince: option('--unused-since <date>', 'last used at or before this time', instant),
  unusedFor: option('--unused-for <duration>', 'last used so long ago or longer: 90d, 6mo', parseDuration),
  neverUsed: defaulting(
    'exclude beside --unused-since and --unused-for, else include',
    option(
      '--never-used <how>',
      'devices never used: include, exclude or only (by their creation date)',
      oneOf('value', NEVER_USED),
      NEVER_USED,
    ),
  ),
  createdBefore: option('--created-before <date>', 'created before this time', moment),
};

/** The selection that options describe: all of them must hold. Errors: `invalid-filter`, `usage`. */
export function selectionOf(context: Context, options: Given<typeof SELECTION_OPTIONS>): Selection {
  const { user, type, status, text } = options;
  const filters = [...filterOf(options.filter), ...datesOf(context, options)];
  return {
    ...(user !== undefined && { user }),
    ...(type !== undefined && { types: type }),
    ...(status !== undefined && { statuses: status }),
    ...(text !== undefined && { words: text }),
    ...(filters.length > 0 && { filter: filters.length > 1 ? { kind: 'and', filters } : (filters[0] as BoundFilter) }),
  };
}

function filterOf(text: string | undefined): BoundFilter[] {
  return text === undefined ? [] : [bindTypedFilter(parseFilter(text), DEVICE_SCHEMA, text)];
}

function datesOf(context: Context, options: Given<typeof SELECTION_OPTIONS>): BoundFilter[] {
  const { unusedSince: since, unusedFor, neverUsed, createdBefore: created } = options;
  if (since !== undefined && unusedFor !== undefined) {
    throw new OtpctlError('usage', '--unused-since and --unused-for exclude one another', 'give one of them');
  }
  const cutOff = unusedFor === undefined ? since : before(context.now(), unusedFor);
  const filters: BoundFilter[] = [];
  if (cutOff !== undefined) filters.push(unusedSince(cutOff, neverUsed ?? 'exclude'));
  else if (neverUsed === 'only') filters.push(wasNeverUsed);
  else if (neverUsed === 'exclude') filters.push(wasUsed);
  if (created !== undefined) filters.push(createdBefore(created));
  return filters;
}

function words(text: string): string[] {
  const found = searchWords(text);
  if (found.length === 0) throw invalid('there is no word to look for');
  if (found.length > MAX_SEARCH_WORDS)
    throw invalid(`there are ${found.length} words to look for, and may be ${MAX_SEARCH_WORDS}`);
  return found;
}
