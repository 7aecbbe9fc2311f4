/** Whether a host, as a URL has it, is this machine by name or address. */
export function isLoopbackName(hostname: string): boolean {
  return /^(?:localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}
