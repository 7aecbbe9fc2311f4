/** The message of the e-mail channel, unless it is set. */
export const DEFAULT_EMAIL_SUBJECT = 'Your access code';

export const DEFAULT_EMAIL_BODY = `Your access code is \${PIN}.

If you did not ask for it, you can ignore this message.
`;
