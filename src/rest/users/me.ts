import type { z } from 'zod';
import type { Call } from '../../http/call.ts';
import { requireOwner } from '../../services/access/permissions.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { authorizationShape, encodeUser, plainUserShape, userShape } from './user-shape.ts';

/** Returns the user of the token. Browsers merge this answer into that of the login, so it must not contain fields of a login. */
async function readMe(call: Call, { services }: RestNeeds): Promise<z.input<typeof userShape>> {
  const caller = await call.caller();
  const { tenantId } = requireOwner(caller.actor);
  return encodeUser(services, caller, { user: await services.users.me(caller), tenantId });
}

/** Serves `GET /users/v2/me`. */
export const me: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v2/me',
    config: { access: 'ownToken' },
    schema: {
      operationId: 'readMe',
      summary: 'Read the user of the token',
      tags: ['Users'],
      response: { 200: userShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => readMe(request.call, needs),
  });

/** Serves `GET /users/v3/me`. */
export const mePlain: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v3/me',
    config: { access: 'user' },
    schema: {
      operationId: 'readMePlain',
      summary: 'Read the user of the token without roles, permissions and groups',
      tags: ['Users'],
      response: { 200: plainUserShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => readMe(request.call, needs),
  });

/** Serves `GET /users/v1/me/authorization`. */
export const myAuthorization: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v1/me/authorization',
    config: { access: 'ownToken' },
    schema: {
      operationId: 'readMyAuthorization',
      summary: 'Read the roles and permissions of the user in the current tenant',
      tags: ['Users'],
      response: { 200: authorizationShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => readMe(request.call, needs),
  });
