import { OtpctlError } from '../../domain/errors.ts';
import { isRemote } from '../../domain/place/place.ts';
import { printableLines } from '../../domain/text/printable.ts';
import { INPUTS } from '../../files/input-kinds.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { READS } from '../parse/command-globals.ts';
import { defineCommand } from '../parse/define-command.ts';
import { asText, option } from '../parse/option.ts';
import { oneOf } from '../parse/values.ts';
import { readInput } from '../terminal/text-file.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export const command = defineCommand({
  summary: "send a raw request to the server of a profile, with the profile's credentials",
  notes: `The path is below the SCIM base of the server, or begins with /otpctl/. The body of the answer goes to stdout whatever
its status is; a status that is no 2xx goes to stderr, and into the exit code: 4 for 401 and 403, 3 for 404, 7 for
5xx and 429, 5 for the rest. Control characters of the answer are shown, not obeyed.`,
  arguments: [
    { name: '<method>', description: 'GET, POST, PUT, PATCH or DELETE', choices: METHODS },
    { name: '<path>', description: 'for example /OtpDevice?count=1' },
  ],
  options: { input: option('--input <file>', 'the body, as JSON; - for stdin', asText) },
  examples: [
    { does: 'what the server says of itself', line: 'api GET /ServiceProviderConfig --profile work' },
    { does: 'a change of your own', line: 'api PATCH /OtpDevice/4022880 --input patch.json --profile work' },
  ],
  view: undefined,
  globals: READS,
  async run(context, { arguments: [word = '', path = ''], options }) {
    const method = oneOf('method', METHODS)(word.toUpperCase());
    const place = await context.place();
    if (!isRemote(place)) {
      throw new OtpctlError(
        'not-supported-here',
        'a local store has no requests',
        'name a server with  --profile  or  --url',
      );
    }
    const content = options.input === undefined ? undefined : await readInput(options.input, context.io, INPUTS.body);
    const { status, text } = await context.remote.request(place, method, path, content);
    await context.print.raw(text === '' || text.endsWith('\n') ? printableLines(text) : `${printableLines(text)}\n`);
    if (status < 200 || status > 299) await context.print.notice(`the server answered with status ${status}`);
    return exitOf(status);
  },
});

function exitOf(status: number): ExitCode {
  if (status >= 200 && status <= 299) return EXIT.done;
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  return status >= 500 || status === 429 ? EXIT.outside : EXIT.refused;
}
