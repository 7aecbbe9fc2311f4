// A module of its own, so that it is loaded only when a mail is sent, and without the rest of nodemailer.
export { default as MailComposer } from 'nodemailer/lib/mail-composer';
export { default as SMTPConnection } from 'nodemailer/lib/smtp-connection';
