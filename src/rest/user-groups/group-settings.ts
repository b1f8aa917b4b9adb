import { z } from 'zod';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, optionalFlag } from '../validation.ts';

const url = '/groups/v1/config';
const tags = ['Groups'];

/** Serves `GET /groups/v1/config`. */
export const groupSettingsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readGroupSettings',
      summary: 'Read whether there are groups, and whether their roles count',
      tags,
      response: { 200: z.object({ enabled: z.boolean(), rolesEnabled: z.boolean() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { groupsEnabled, groupRolesEnabled } = await services.environment.publicSettings(await request.call.caller());
      return { enabled: groupsEnabled, rolesEnabled: groupRolesEnabled };
    },
  });

/** Serves `POST /groups/v1/config`. */
export const groupSettingsSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setGroupSettings',
      summary: 'Switch groups or their roles on or off; groups stay while they are off',
      tags,
      body: z.object({ enabled: optionalFlag(), rolesEnabled: optionalFlag() }),
      response: { 201: empty, ...errorResponses(environmentErrors.updateSettings, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { enabled, rolesEnabled } = request.body;
      await services.environment.updateSettings(await request.call.caller(), {
        change: given({ groupsEnabled: enabled, groupRolesEnabled: rolesEnabled }),
      });
      return reply.code(201).send();
    },
  });
