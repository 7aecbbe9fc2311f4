import { OtpctlError } from '../../domain/errors.ts';
import { nearest } from '../../domain/query/nearest.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { COMMANDS } from './registry.ts';

interface Topic {
  readonly summary: string;
  /** The text, at most 80 columns wide. */
  load(): Promise<string>;
}

const topic = (summary: string, load: () => Promise<{ readonly text: string }>): Topic => ({
  summary,
  load: async () => (await load()).text,
});

/** What help says about no command in particular: `otpctl help exit-codes`. */
export const TOPICS: Readonly<Record<string, Topic>> = {
  'exit-codes': topic('what an exit code says', () => import('../topics/exit-codes.ts')),
  filters: topic('how devices are selected', () => import('../topics/filters.ts')),
  environment: topic('variables and files that otpctl reads', () => import('../topics/environment.ts')),
  scripting: topic('otpctl in scripts, cron and CI', () => import('../topics/scripting.ts')),
};

/** The text of a topic; undefined where the words are those of a command. Errors: `usage`, with what was probably meant. */
export async function helpOnTopic(words: readonly string[]): Promise<string | undefined> {
  const [name = '', ...more] = words;
  if (more.length === 0 && Object.hasOwn(TOPICS, name)) return TOPICS[name]?.load();
  const known = COMMANDS.flatMap((command) => command.name.split(' ').slice(0, 1));
  if (name === '' || name.startsWith('-') || known.includes(name)) return undefined;
  const meant = nearest(name, [...Object.keys(TOPICS), ...known]);
  const hint = meant === undefined ? 'see  otpctl --help' : `did you mean  ${commandLine(['help', meant])}`;
  throw new OtpctlError('usage', `there is no command and no topic "${name}"`, hint);
}
