import { invalid } from '../errors.ts';

/**
 * The URL of a proxy, as `HTTPS_PROXY` has it: http or https, nothing after its host, a user and a password in it
 * percent-encoded. The error repeats nothing of it.
 */
export function proxyUrl(text: string): string {
  const url = URL.parse(text);
  const plain = url !== null && /^https?:$/.test(url.protocol) && /^\/?$/.test(url.pathname + url.search + url.hash);
  if (plain && isEncoded(url.username) && isEncoded(url.password)) return url.href;
  throw invalid('HTTPS_PROXY is not the URL of a proxy', 'write for example  http://proxy.example.com:3128');
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}
