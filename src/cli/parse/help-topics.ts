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
