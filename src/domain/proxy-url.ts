import { invalid } from './errors.ts';

/** The URL of a proxy, as `HTTPS_PROXY` has it. There may be a password in it: the error does not repeat it. */
export function proxyUrl(text: string): string {
  const { protocol } = URL.parse(text) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw invalid('HTTPS_PROXY is not the URL of a proxy', 'write for example  http://proxy.example.com:3128');
}
