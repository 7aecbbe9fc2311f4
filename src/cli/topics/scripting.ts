export const text = `Scripting

Results go to stdout, everything else to stderr. In a pipe nothing is cut off
and nothing is coloured. What a script can rely on:

  -o json                 an array for a list, an object for one thing
  -o jsonl                an object a line, as they arrive
  -o csv                  a heading, then rows
  -q                      ids only, one a line
  --columns id,user       which columns or keys, in that order
  --count                 the number alone

Without a terminal nothing is asked: a question is exit 2. What would ask
before it acts wants  --yes.  Every change can say why:
  --reason "left the company" --ticket HR-212

Secrets are never arguments: they come from stdin, from a file, or from the
environment. See  otpctl help environment.

Verbs that take several devices resolve all of them before the first change;
one that is unknown is exit 3 with nothing changed. A table shows 100 rows;
json, jsonl, csv and -q have all of them.

Exit code 7 is safe to run again. 8 is not: look first. See
  otpctl help exit-codes

  # a leaver: disable everything, and keep why
  otpctl device disable --user ada --all --yes --ticket HR-212 -o json

  # the nightly job: propose, approve, apply
  otpctl bulk disable-stale --unused-for 6mo --plan-out stale.json --force
  otpctl bulk apply stale.json --yes
`;
