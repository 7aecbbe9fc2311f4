// In a module of its own: loaded when a mail is sent, and without what nodemailer has beside these.
export { default as MailComposer } from 'nodemailer/lib/mail-composer';
export { default as SMTPConnection } from 'nodemailer/lib/smtp-connection';
