/**
 * What an API key may do: `RIGHTS` says which actions each of them opens. `door` is to verify by user and nothing else,
 * `export` to take secrets out on the machine of the store.
 */
export const ROLES = ['query', 'verify', 'door', 'unlock', 'cancel', 'enroll', 'manage', 'audit', 'export'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The one table of rights: everything that can be asked for with a key, and the role that it takes. What a key is given
 * may amount to several roles: see `rolesOf` of `role`.
 */
export const RIGHTS = {
  'device.read': 'query',
  'device.challenge': 'verify',
  'device.verify': 'verify',
  'device.resync': 'unlock',
  'device.reset-fails': 'unlock',
  'device.unlock': 'unlock',
  'device.disable': 'cancel',
  'device.lock': 'cancel',
  'device.create': 'enroll',
  // Also of a device that is disabled: somebody meant it to be.
  'device.enable': 'manage',
  'device.update': 'manage',
  'device.delete': 'manage',
  'settings.read': 'query',
  'settings.change': 'manage',
  'user.read': 'query',
  'user.change': 'manage',
  'apikey.read': 'manage',
  'apikey.change': 'manage',
  'audit.read': 'audit',
  /** The chain of the whole log: to verify it, and to take all of it out. */
  'audit.verify': 'audit',
  /** What a server serves: its schemas and what it can do. */
  'service.read': 'query',
} as const satisfies Readonly<Record<string, Role>>;

/** Something that takes a right. */
export type Action = keyof typeof RIGHTS;

/**
 * What a scope does to each action: `within`, it finds the users of the scope and what is theirs, and nothing else is there;
 * `open`, it is of no user and reads what everybody may know who has the role; `closed`, it is of the whole store and refused.
 */
export const SCOPED = {
  'device.read': 'within',
  'device.challenge': 'within',
  'device.verify': 'within',
  'device.resync': 'within',
  'device.reset-fails': 'within',
  'device.unlock': 'within',
  'device.disable': 'within',
  'device.lock': 'within',
  'device.create': 'within',
  'device.enable': 'within',
  'device.update': 'within',
  'device.delete': 'within',
  'settings.read': 'open',
  'settings.change': 'closed',
  'user.read': 'within',
  'user.change': 'within',
  'apikey.read': 'closed',
  'apikey.change': 'closed',
  'audit.read': 'within',
  'audit.verify': 'closed',
  'service.read': 'open',
} as const satisfies Readonly<Record<Action, 'within' | 'open' | 'closed'>>;
