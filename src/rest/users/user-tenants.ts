import { z } from 'zod';
import { membershipErrors } from '../../services/directory/memberships.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, optionalFlag, text } from '../validation.ts';
import { encodeUser, userShape } from './user-shape.ts';

const params = z.object({ userId: id() });
const validateTenantExist = optionalFlag().describe('Accepted, and without effect: a tenant that does not exist is always refused.');
const url = '/users/v1/:userId/tenant';
const tags = ['Users'];

/** Serves `POST /users/v1/:userId/tenant`. */
export const userTenantAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'addUserToTenant',
      summary: 'Make a user a member of a tenant, with the roles for new members',
      tags,
      params,
      body: z.object({
        tenantId: text(),
        skipInviteEmail: optionalFlag().describe('Accepted, and without effect: no mail is sent.'),
        validateTenantExist,
      }),
      response: { 201: userShape, ...errorResponses(membershipErrors.join, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { tenantId } = request.body;
      const user = await services.memberships.join(caller, { userId: request.params.userId, tenantId });
      return reply.code(201).send(await encodeUser(services, caller, { user, tenantId }));
    },
  });

/** Serves `PUT /users/v1/:userId/tenant`. */
export const userTenantSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setActiveTenant',
      summary: 'Set the tenant that the next login of a user enters',
      tags,
      params,
      body: z.object({ tenantId: text(), validateTenantExist }),
      response: { 200: userShape, ...errorResponses(membershipErrors.setActiveTenant, 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const user = await services.memberships.setActiveTenant(caller, { userId: request.params.userId, tenantId: request.body.tenantId });
      return encodeUser(services, caller, { user, tenantId: user.activeTenantId });
    },
  });

/** Serves `PUT /users/v1/tenants/migrate`. */
export const tenantMembersMove: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/users/v1/tenants/migrate',
    config: { access: 'environment' },
    schema: {
      operationId: 'moveTenantUsers',
      summary: 'Move all members of a tenant to another one; they lose the roles of the first',
      tags,
      body: z.object({ srcTenantId: text(), targetTenantId: text() }),
      response: { 200: empty, ...errorResponses(membershipErrors.moveAll, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { srcTenantId: fromTenantId, targetTenantId: toTenantId } = request.body;
      await services.memberships.moveAll(await request.call.caller(), { fromTenantId, toTenantId });
      return reply.code(200).send();
    },
  });
