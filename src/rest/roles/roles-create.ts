import { z } from 'zod';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import { roleErrors } from '../../services/role/roles.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id, optionalFlag } from '../validation.ts';
import { description, key, optionalRoleFields, permissionIds, title } from './role-fields.ts';
import { encodeRole, roleShape } from './role-shape.ts';

const newRole = z.object({ key: key(), name: title(), ...optionalRoleFields, permissions: permissionIds().nullish() });

/** Serves `POST /roles/v1`. */
export const rolesCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/roles/v1',
    config: { access: 'permitted' },
    schema: {
      operationId: 'createRoles',
      summary: 'Create roles of the environment, or with a tenant of that tenant: all of them or none',
      tags: ['Roles'],
      body: z.array(newRole).min(1).max(maxRolesOfACall),
      response: { 201: z.array(roleShape), ...errorResponses(roleErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const roles = await services.roles.create(caller, {
        roles: request.body.map((role) => ({
          ...{ key: role.key, name: role.name, description: role.description ?? '' },
          ...{ isDefault: role.isDefault ?? false, firstUserRole: role.firstUserRole ?? false, migrateRole: role.migrateRole ?? false },
          ...{ level: role.level ?? 0, permissionIds: role.permissions ?? [] },
        })),
      });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return reply.code(201).send(roles.map((role) => encodeRole(role, vendorId)));
    },
  });

/** Serves `POST /roles/v2`. */
export const roleCreateFromBase: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/roles/v2',
    config: { access: 'permitted' },
    schema: {
      operationId: 'createRoleFromBase',
      summary: 'Create a role with some of the permissions of another one and with its level',
      tags: ['Roles'],
      body: z.object({
        ...{ key: key(), name: title(), baseRoleId: id(), permissionIds: permissionIds() },
        ...{ description: description(), isDefault: optionalFlag() },
      }),
      response: { 200: roleShape, ...errorResponses(roleErrors.createFromBase, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { description: text, isDefault, ...role } = request.body;
      const created = await services.roles.createFromBase(caller, { ...role, description: text ?? '', isDefault: isDefault ?? false });
      return encodeRole(created, (await services.environment.publicSettings(caller)).id);
    },
  });
