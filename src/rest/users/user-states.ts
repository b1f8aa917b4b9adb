import { z } from 'zod';
import { longestMembershipSeconds, shortestMembershipSeconds } from '../../domain/directory/user.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { membershipErrors } from '../../services/directory/memberships.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

const params = z.object({ userId: id() });
const tags = ['Users'];

/** Serves `POST /tenants/users/v1/:userId/disable`. */
export const userDisable: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/tenants/users/v1/:userId/disable',
    config: { access: 'permitted' },
    schema: {
      operationId: 'disableUser',
      summary: 'Keep a member out of the tenant in force',
      description: whatEnds('TENANT_LEFT'),
      tags,
      params,
      response: { 200: empty, ...errorResponses(membershipErrors.disable, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.memberships.disable(await request.call.caller(), { userId: request.params.userId, tenantId: null });
      return reply.code(200).send();
    },
  });

/** Serves `POST /tenants/users/v1/:userId/enable`. */
export const userEnable: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/tenants/users/v1/:userId/enable',
    config: { access: 'permitted' },
    schema: {
      operationId: 'enableUser',
      summary: 'Let a member that was disabled into the tenant in force again',
      tags,
      params,
      response: { 200: empty, ...errorResponses(membershipErrors.enable, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.memberships.enable(await request.call.caller(), { userId: request.params.userId, tenantId: null });
      return reply.code(200).send();
    },
  });

/** Serves `PUT /users/temporary/v1/:userId`. */
export const userExpirySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/users/temporary/v1/:userId',
    config: { access: 'permitted' },
    schema: {
      operationId: 'setUserExpiry',
      summary: 'End the membership in the tenant in force by itself after a time',
      tags,
      params,
      body: z.object({ expirationInSeconds: z.int().min(shortestMembershipSeconds).max(longestMembershipSeconds) }),
      response: { 201: z.object({ expirationInSeconds: z.int() }), ...errorResponses(membershipErrors.setExpiry, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { expirationInSeconds } = request.body;
      const { userId } = request.params;
      await services.memberships.setExpiry(await request.call.caller(), { userId, tenantId: null, seconds: expirationInSeconds });
      return reply.code(201).send({ expirationInSeconds });
    },
  });

/** Serves `DELETE /users/temporary/v1/:userId`. */
export const userExpiryRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/users/temporary/v1/:userId',
    config: { access: 'permitted' },
    schema: {
      operationId: 'removeUserExpiry',
      summary: 'Make the membership in the tenant in force one that does not end by itself',
      tags,
      params,
      response: { 200: empty, ...errorResponses(membershipErrors.setExpiry, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.memberships.setExpiry(await request.call.caller(), { userId: request.params.userId, tenantId: null, seconds: null });
      return reply.code(200).send();
    },
  });
