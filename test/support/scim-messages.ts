import { DEVICE_URN } from './scim-server.ts';

export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A device to be created. */
export function device(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { schemas: [DEVICE_URN], type: 'TOTP', user: 'ada', ...more };
}

/** A PatchOp message. */
export function patch(...operations: unknown[]): Record<string, unknown> {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

export function replace(path: string, value: unknown): Record<string, unknown> {
  return patch({ op: 'replace', path, value });
}

/** A SearchRequest message. */
export function search(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...more };
}
