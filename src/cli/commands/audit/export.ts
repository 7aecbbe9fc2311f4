import { OtpctlError } from '../../../domain/errors.ts';
import { chainedView } from '../../../output/audit-view.ts';
import { toJson } from '../../../output/json.ts';
import { defineCommand } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { inPages } from '../../pages.ts';

export const command = defineCommand({
  summary: 'write the whole audit log with its chain, as JSON lines',
  notes: `Each entry carries its HMAC; the last line is the anchor: how many entries there are, the HMAC of the last one,
and the HMAC over both.`,
  arguments: [],
  options: {},
  examples: [
    { does: 'keep a copy elsewhere', line: 'audit export > audit.jsonl' },
    { does: 'from another store', line: 'audit export --store other.db > other.jsonl' },
  ],
  view: undefined,
  async run(context) {
    const { print, options } = context;
    if (options.output !== undefined && options.output !== 'jsonl') {
      throw new OtpctlError('usage', `an export is JSON lines, not ${options.output}`, 'leave out  --output');
    }
    const backend = await context.backend();
    const { count, head, mac } = await backend.audit.anchor();
    for await (const entries of inPages(backend.audit.chain(count))) {
      await print.raw(entries.map((entry) => `${toJson(chainedView(entry))}\n`).join(''));
    }
    await print.raw(`${toJson({ anchor: { count, head: hex(head), mac: hex(mac) } })}\n`);
    return EXIT.done;
  },
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
