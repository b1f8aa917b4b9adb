import { z } from 'zod';
import { maxOfAGroupCall } from '../../domain/group/group.ts';
import { groupErrors } from '../../services/group/groups.ts';
import { groupMemberErrors } from '../../services/group/members.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

const tags = ['Groups'];
const params = z.object({ groupId: id() });
const ids = () => z.array(id()).max(maxOfAGroupCall);
const [roles, users] = [z.object({ roleIds: ids() }), z.object({ userIds: ids() })];

/** Serves `POST /groups/v1/:groupId/roles`. */
export const groupRolesAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/groups/v1/:groupId/roles',
    config: { access: 'permitted' },
    schema: {
      operationId: 'addGroupRoles',
      summary: 'Put roles into a group, which its members then hold',
      ...{ tags, params, body: roles },
      response: { 201: empty, ...errorResponses(groupErrors.addRoles, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.groups.addRoles(await request.call.caller(), { id: request.params.groupId, roleIds: request.body.roleIds });
      return reply.code(201).send();
    },
  });

/** Serves `DELETE /groups/v1/:groupId/roles`, whose body names the roles. */
export const groupRolesRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/groups/v1/:groupId/roles',
    config: { access: 'permitted' },
    schema: {
      operationId: 'removeGroupRoles',
      summary: 'Take roles from a group; those that are not in it are ignored',
      ...{ tags, params, body: roles },
      response: { 200: empty, ...errorResponses(groupErrors.removeRoles, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.groups.removeRoles(await request.call.caller(), { id: request.params.groupId, roleIds: request.body.roleIds });
      return reply.code(200).send();
    },
  });

/** Serves `POST /groups/v1/:groupId/users`. */
export const groupUsersAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/groups/v1/:groupId/users',
    config: { access: 'permitted' },
    schema: {
      operationId: 'addGroupUsers',
      summary: 'Add members of the tenant to a group',
      ...{ tags, params, body: users },
      response: { 201: empty, ...errorResponses(groupMemberErrors.add, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.groupMembers.add(await request.call.caller(), { id: request.params.groupId, userIds: request.body.userIds });
      return reply.code(201).send();
    },
  });

/** Serves `DELETE /groups/v1/:groupId/users`, whose body names the users. */
export const groupUsersRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/groups/v1/:groupId/users',
    config: { access: 'permitted' },
    schema: {
      operationId: 'removeGroupUsers',
      summary: 'Remove members from a group',
      ...{ tags, params, body: users },
      response: { 200: empty, ...errorResponses(groupMemberErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.groupMembers.remove(await request.call.caller(), { id: request.params.groupId, userIds: request.body.userIds });
      return reply.code(200).send();
    },
  });
