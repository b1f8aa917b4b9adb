import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { applicationErrors } from '../../services/directory/applications.ts';
import { refused } from '../not-supported/refused.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id, text } from '../validation.ts';

const tag = 'Applications';
const params = z.object({ appId: id() });
const members = z.object({ tenantId: text(), userIds: z.array(id()).min(1).max(200) });
const assigned = z
  .array(z.object({ appId: z.string(), userTenantId: z.string(), createdAt: z.string() }))
  .describe('One entry for each user. `userTenantId` is the id of the user and that of the tenant, with a colon between them.');

/** Serves `GET /applications/v1/:appId/users`. */
export const applicationUsersRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/applications/v1/:appId/users',
    config: { access: 'environment' },
    schema: {
      operationId: 'readApplicationUsers',
      summary: 'Read the ids of the users of the one application, whose id is that of the environment',
      tags: [tag],
      params,
      response: { 200: z.array(z.string()), ...errorResponses(['APPLICATION_NOT_FOUND'], 400, 401, 403, 404) },
    },
    handler: async (request) =>
      (await services.applications.userIds(await request.call.caller(), { applicationId: request.params.appId })) ?? fail('APPLICATION_NOT_FOUND'),
  });

type Assign = Parameters<RestNeeds['services']['applications']['assign']>;

/** Gives the application to the members, and encodes the answer. */
async function assign({ services }: RestNeeds, ...[caller, command]: Assign): Promise<z.infer<typeof assigned>> {
  const memberships = await services.applications.assign(caller, command);
  return memberships.map(({ applicationId, userId, tenantId, createdAt }) => ({
    ...{ appId: applicationId, userTenantId: `${userId}:${tenantId}`, createdAt: createdAt.toISOString() },
  }));
}

/** Serves `POST /applications/v1`. */
export const applicationAssign: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/applications/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'assignApplication',
      summary: 'Give the application to members of a tenant; every member has it already',
      tags: [tag],
      body: members.extend({ appId: id() }),
      response: { 201: assigned, ...errorResponses(applicationErrors.assign, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { appId: applicationId, ...named } = request.body;
      return reply.code(201).send(await assign(needs, await request.call.caller(), { applicationId, ...named }));
    },
  });

/** Serves `POST /applications/v1/:appId/users`, an older form of the same. */
export const applicationUsersAssign: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/applications/v1/:appId/users',
    config: { access: 'environment' },
    schema: {
      operationId: 'assignApplicationUsers',
      summary: 'Give the application of the path to members of a tenant; every member has it already',
      tags: [tag],
      params,
      body: members,
      response: { 201: assigned, ...errorResponses(applicationErrors.assign, 400, 401, 403) },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await assign(needs, await request.call.caller(), { applicationId: request.params.appId, ...request.body })),
  });

/**
 * Serves `DELETE /applications/v1`.
 * To leave the only application is to leave the tenant, or to be disabled in it; both have operations of their own.
 */
export const applicationUnassign = refused('Removal from the only application', {
  ...{ method: 'DELETE', url: '/applications/v1', access: 'environment', operationId: 'unassignApplication', tag },
  summary: 'Take the application from users; refused',
});
