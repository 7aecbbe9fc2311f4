import { EXIT, EXIT_CODES } from '../exit-codes.ts';

/** What each exit code says. The compiler asks for a meaning of every code that there is. */
const MEANINGS: Record<keyof typeof EXIT, string> = {
  done: 'done; the answer is yes, or there was nothing to do',
  no: 'the answer is no: a code was rejected, a check found something',
  usage: 'wrong usage or configuration',
  notFound: 'no such device, user, profile or run',
  notAllowed: 'not signed in, or not allowed',
  refused: 'refused: a status, a setting or a guard forbids it; nothing was changed',
  partly: 'partly done: some items failed, and each is reported',
  outside: 'the world outside failed; nothing was changed, safe to run again',
  unknownOutcome: 'sent, and the outcome is unknown: look before running again',
  bug: 'a bug in otpctl',
  interrupted: 'interrupted, or a question was answered with no',
};

const ROOM = 80 - 6;

export const text = `Exit codes

${Object.entries(EXIT)
  .map(([name, code]) => rowOf(code, MEANINGS[name as keyof typeof EXIT], codesOf(code)))
  .join('\n')}

Below each are the codes that errors have with  -o json:
  {"error":{"code":"device-not-found","message":"...","exitCode":3}}
A script decides by the exit code. Sentences may change, codes do not.

  otpctl device verify --user ada --code-stdin < code.txt
  case $? in
    0) echo accepted ;;
    1) echo rejected ;;
    *) echo "not checked" ;;
  esac
`;

function rowOf(code: number, meaning: string, codes: readonly string[]): string {
  return [`${String(code).padStart(4)}  ${meaning}`, ...wrapped(codes).map((line) => `      ${line}`)].join('\n');
}

function codesOf(exit: number): string[] {
  return Object.entries(EXIT_CODES)
    .filter(([, code]) => code === exit)
    .map(([name]) => name);
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= ROOM) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(word);
  }
  return lines;
}
