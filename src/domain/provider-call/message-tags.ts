import { nearest } from '../query/nearest.ts';
import { commandLine } from '../text/command-line.ts';
import { tagsOf } from './template.ts';

/** The tag of the code. */
export const CODE_TAG = 'PIN';
/** Tags that a message itself gives a value; every other one is an attribute of the user. */
export const MESSAGE_TAGS = [CODE_TAG, 'PHONE', 'PHONE_DIGITS', 'PHONE_00', 'EMAIL', 'userName'] as const;

/** Words that people write for the code. */
const MEANT = ['PIN', 'CODE', 'OTP', 'PASSCODE', 'PASSWORD', 'TOKEN'];
/** How other programs write a tag, and how this one is mistyped: `$PIN`, `{PIN}`, `{{pin}}`, `${ PIN }`, `%PIN%`, `[code]`. */
const LIKE_A_TAG = /[$#%{[(<][$#%{[(<]?[{(]? ?([A-Za-z]{3,8})(?![A-Za-z]) ?[})\]>%]{0,2}/g;

/** What in templates was probably meant to be the tag of the code. */
function meantForCode(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const tag = tagsOf(text).find((name) => MEANT.includes(name.toUpperCase()) || nearest(name, MEANT) !== undefined);
    if (tag !== undefined) return `\${${tag}}`;
    for (const [written, word = ''] of text.matchAll(LIKE_A_TAG)) {
      if (MEANT.includes(word.toUpperCase())) return written.trim();
    }
  }
  return undefined;
}

/** How to give the setting that lacks the code. Of what is written there only what looks like the tag is repeated. */
export function codeTagHint(key: string, texts: readonly string[], secret: boolean): string {
  const meant = meantForCode(texts);
  // In quotes they are what a reader of commands in hints lets pass, and what they are to be written as.
  const typo = meant === undefined ? '' : `'${meant}' is not the tag of the code, '\${PIN}' is, and `;
  const command = commandLine(['settings', 'set', secret ? `${key}=@FILE` : `${key}=Your code is \${PIN}`]);
  return `${typo}in double quotes a shell takes '\${PIN}' away: write single ones, or read the text from a file with KEY=@FILE:  ${command}`;
}
