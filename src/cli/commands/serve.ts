import { EXIT } from '../exit-codes.ts';
import { PLACE } from '../parse/command-globals.ts';
import { defineCommand } from '../parse/define-command.ts';
import { refuseIneffective } from '../parse/ineffective-options.ts';
import { asText, defaulting, option, repeatable } from '../parse/option.ts';
import { port as portNumber, proxies, ratePerMinute } from '../parse/values.ts';

export const command = defineCommand({
  summary: 'serve the store over HTTP: SCIM 2.0, and the rest under /otpctl/v1',
  notes: `Clients need a key:  otpctl apikey create.  One line on stderr says where it listens; JSON log lines follow it.
SIGTERM and SIGINT end it when what is under way is answered, after ten seconds at most. Without TLS it listens on this
machine alone, unless --insecure-http says that a proxy in front has it. Proxies are trusted by name: addresses and
networks (CIDR) with commas between them, and unix for what comes by the socket.`,
  arguments: [],
  options: {
    host: defaulting('127.0.0.1', option('--host <address>', 'where to listen', asText)),
    port: defaulting('8080', option('--port <n>', 'on which port; 0 for any that is free', portNumber)),
    socket: option('--socket <path>', 'a Unix socket in place of host and port', asText),
    tlsCert: option('--tls-cert <file>', 'the certificate and its chain, in PEM', asText),
    tlsKey: option('--tls-key <file>', 'the key of the certificate, in PEM, mode 0600', asText),
    baseUrl: defaulting(
      'where it listens',
      option('--base-url <url>', 'where clients reach it, when that is not where it listens', asText),
    ),
    trustProxy: {
      ...repeatable(
        '--trust-proxy <proxies>',
        'whose X-Forwarded-For counts: addresses, networks; unix: the socket',
        proxies,
      ),
      example: '10.0.0.5,192.168.7.0/24',
    },
    rateLimit: defaulting('no limit', option('--rate-limit <n/min>', 'requests a minute of one client', ratePerMinute)),
  },
  examples: [
    { does: 'for programs on this machine', line: 'serve' },
    { does: 'for others, with TLS', line: 'serve --host 0.0.0.0 --port 8443 --tls-cert cert.pem --tls-key key.pem' },
    {
      does: 'behind a proxy',
      line: 'serve --socket /run/otpctl/http.sock --trust-proxy unix --base-url https://otp.example.com',
    },
  ],
  view: undefined,
  globals: [...PLACE, 'insecureHttp'],
  async run(context, { options }) {
    const { host = '127.0.0.1', port = 8080, ...rest } = options;
    const { insecureHttp = false } = context.options;
    if (options.socket !== undefined) {
      refuseIneffective({ ...context.options, ...options }, ['host', 'port', 'insecureHttp'], 'beside --socket');
    }
    await context.serve({ host, port, insecureHttp, ...rest });
    return EXIT.done;
  },
});
