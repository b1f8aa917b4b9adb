import { wireAuthStrategyOf } from '../environment/auth-strategy.ts';
import { configuration, encodeTokenSettings, fixedSettings } from '../environment/configuration-shape.ts';
import type { RestRoute } from '../route.ts';

const publicConfiguration = configuration
  .pick({
    allowSignups: true,
    allowNotVerifiedUsersLogin: true,
    apiTokensEnabled: true,
    forcePermissions: true,
    authStrategy: true,
    machineToMachineAuthStrategy: true,
  })
  .describe('The core settings that anybody may read.');

/** Serves `GET /configurations/v1/public`. */
export const publicConfigurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicConfiguration',
      summary: 'Read the core settings that a login form needs',
      tags: ['Login box'],
      response: { 200: publicConfiguration },
    },
    handler: async (request) => {
      const settings = await services.environment.publicSettings(request.call.stranger);
      return { ...fixedSettings, ...settings, ...encodeTokenSettings(settings), authStrategy: wireAuthStrategyOf[settings.authStrategy] };
    },
  });
