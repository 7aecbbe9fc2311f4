/** A refused request, with its HTTP status. The message is sent to the client, so it repeats nothing of the request. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string | string[]>>;

  constructor(statusCode: number, message: string, headers: Readonly<Record<string, string | string[]>> = {}) {
    super(message);
    this.name = 'HttpError';
    this.statusCode = statusCode;
    this.code = wordOf(statusCode);
    this.headers = headers;
  }
}

const WORDS: Readonly<Record<number, string>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-found',
  413: 'too-large',
  414: 'too-large',
  415: 'unsupported-media-type',
  421: 'misdirected',
  429: 'too-many-requests',
  503: 'unavailable',
};

/** The code in the answer for errors that have none of ours. */
export function wordOf(status: number): string {
  return WORDS[status] ?? (status < 500 ? 'bad-request' : 'internal');
}
