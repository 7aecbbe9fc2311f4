import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user?: string;
  readonly secure: boolean;
  /** Unfolded, in order. */
  readonly headers: readonly string[];
  readonly body: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
}

/** A real SMTP server on loopback that keeps what it takes; it stops with the test. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.onAuth ? [] : ['AUTH'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      text(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...(session.user !== undefined && { user: session.user }),
          secure: session.secure,
          ...parsed(raw),
        });
        done(null, 'kept as 42');
      }, done);
    },
    ...options,
  });
  // A client that does not trust the certificate goes away in the middle; that is what is tested.
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

/** A server of which a test has every byte in its hand. Its connections, open and closed, are counted. */
export async function startRawServer(
  talk: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly open: ReadonlySet<Socket>; readonly all: readonly Socket[] }> {
  const open = new Set<Socket>();
  const all: Socket[] = [];
  const server = createServer((socket) => {
    open.add(socket);
    all.push(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    // Unread, a socket never notices that its peer has gone.
    socket.resume();
    talk(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    return new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });
  return { port: (server.address() as AddressInfo).port, open, all };
}

/** Waits until a client has closed all its connections. */
export async function allClosed(open: ReadonlySet<Socket>): Promise<void> {
  await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}

/** Talks SMTP by a script: a line that comes in, by its first word, has an answer, or none. */
export function scripted(answers: Readonly<Record<string, string>>, greeting = '220 test'): (socket: Socket) => void {
  return (socket) => {
    socket.write(`${greeting}\r\n`);
    let inData = false;
    socket.on('data', (chunk) => {
      for (const line of String(chunk).split('\r\n').filter(Boolean)) {
        const word = inData ? (line === '.' ? '.' : undefined) : (line.split(' ')[0] ?? '').toUpperCase();
        if (word === undefined) continue;
        const answer = answers[word];
        if (answer !== undefined) socket.write(`${answer}\r\n`);
        inData = word === 'DATA' && answer?.startsWith('354') === true;
      }
    });
  };
}

function parsed(raw: string): Pick<ReceivedMail, 'headers' | 'body'> {
  const end = raw.indexOf('\r\n\r\n');
  const headers = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const encoding = headers.find((each) => /^content-transfer-encoding:/i.test(each)) ?? '';
  const body = raw.slice(end + 4);
  if (/base64/i.test(encoding)) return { headers, body: Buffer.from(body, 'base64').toString() };
  if (!/quoted-printable/i.test(encoding)) return { headers, body };
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { headers, body: Buffer.from(bytes, 'latin1').toString() };
}
