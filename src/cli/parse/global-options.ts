import { timeoutSeconds } from '../../domain/place/server.ts';
import { asText, defaulting, flag, type Given, type Options, option } from './option.ts';
import { oneOf } from './values.ts';

export const FORMATS = ['table', 'json', 'jsonl', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** The options that every command takes, before it or after it. */
export const GLOBAL_OPTIONS = {
  profile: option('--profile <profile>', 'the profile to work on (env OTPCTL_PROFILE; default: local)', asText),
  store: option('--store <path>', 'a local store file, without a profile (env OTPCTL_STORE)', asText),
  url: option('--url <url>', 'a server by its address or SCIM base, without a profile (env OTPCTL_URL)', asText),
  output: defaulting(
    'table',
    option('-o, --output <format>', 'table, json, jsonl or csv', oneOf('output format', FORMATS), FORMATS),
  ),
  columns: option('--columns <names>', 'which columns, in that order; in json and jsonl, which keys', (text) =>
    text.split(',').map((name) => name.trim()),
  ),
  quiet: flag('-q, --quiet', 'ids only, one a line'),
  yes: flag('-y, --yes', 'do not ask'),
  input: flag('--no-input', 'never ask: a question is an error (implied by CI=true)'),
  color: flag('--no-color', 'no colours (env NO_COLOR)'),
  verbose: flag('-v, --verbose', 'say on stderr what happens'),
  timeout: defaulting('30s', option('--timeout <duration>', 'of one try of a remote call', timeoutSeconds)),
  insecureHttp: flag(
    '--insecure-http',
    'allow http to another host than loopback; serve: listen for others without TLS',
  ),
  reason: option('--reason <text>', 'kept in the audit log with every change', asText),
  ticket: option('--ticket <id>', 'kept in the audit log with every change', asText),
} satisfies Options;

/** Stands alone, as `--help` does: where it is seen beside anything else, the command line is a mistake. */
export const VERSION_OPTION = flag('-V, --version', 'output the version number');

export type GlobalOptions = Given<typeof GLOBAL_OPTIONS>;
