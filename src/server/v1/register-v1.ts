import type { FastifyInstance } from 'fastify';
import { rolesOf } from '../../domain/api-key/role.ts';
import { toIso } from '../../domain/instant.ts';
import { registerApiKeyRoutes } from './api-key-routes.ts';
import { registerAuditRoutes } from './audit-routes.ts';
import { registerCodeRoutes } from './code-routes.ts';
import { registerDeviceRoutes } from './device-routes.ts';
import { registerSettingRoutes } from './setting-routes.ts';
import { registerUserRoutes } from './user-routes.ts';
import type { V1Deps } from './v1-deps.ts';

/** The path of otpctl's own API, for what SCIM has no words for. */
export const V1 = '/otpctl/v1';

export function registerV1(app: FastifyInstance, deps: V1Deps): void {
  app.get('/whoami', async ({ apiKey, scope }) => {
    if (apiKey === undefined) throw new Error('a request came in without its key');
    const { id, name, roles, expires } = apiKey;
    return {
      ...{ id, name, roles: [...rolesOf(roles)] },
      // That of the key, and the one that the request brought.
      ...(scope !== undefined && { scope: scope.text }),
      ...(expires !== undefined && { expires: toIso(expires) }),
    };
  });
  registerDeviceRoutes(app, deps);
  registerCodeRoutes(app, deps);
  registerAuditRoutes(app, deps);
  registerApiKeyRoutes(app, deps);
  registerSettingRoutes(app, deps);
  registerUserRoutes(app, deps);
}
