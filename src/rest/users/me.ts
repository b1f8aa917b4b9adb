import type { z } from 'zod';
import type { Call } from '../../http/call.ts';
import { requireUser } from '../../services/access/permissions.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { authorizationShape, encodeUser, plainUserShape, userShape } from './user-shape.ts';

/** Answers the user behind the token. Browsers merge the answer over the login's, so nothing of a login may be in it. */
async function readMe(call: Call, { services }: RestNeeds): Promise<z.input<typeof userShape>> {
  const caller = await call.caller();
  const { tenantId } = requireUser(caller.actor);
  return encodeUser(services, caller, { user: await services.users.me(caller), tenantId });
}

export const me: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v2/me',
    config: { access: 'user' },
    schema: {
      operationId: 'readMe',
      summary: 'The user behind the token',
      tags: ['Users'],
      response: { 200: userShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => readMe(request.call, needs),
  });

export const mePlain: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v3/me',
    config: { access: 'user' },
    schema: {
      operationId: 'readMePlain',
      summary: 'The user behind the token, without roles, permissions and groups',
      tags: ['Users'],
      response: { 200: plainUserShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => readMe(request.call, needs),
  });

export const myAuthorization: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v1/me/authorization',
    config: { access: 'user' },
    schema: {
      operationId: 'readMyAuthorization',
      summary: 'Roles and permissions of the user in the tenant in force',
      tags: ['Users'],
      response: { 200: authorizationShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => readMe(request.call, needs),
  });
