/** Whether the host of a URL is this machine: `localhost`, or a loopback address. */
export function isLoopbackName(hostname: string): boolean {
  return /^(?:localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}
