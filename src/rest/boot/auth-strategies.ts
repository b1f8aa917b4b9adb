import { z } from 'zod';
import type { AuthStrategy } from '../../domain/environment/auth-strategy.ts';
import { admitsLocalLogin } from '../../domain/environment/auth-strategy.ts';
import { wireAuthStrategies, wireAuthStrategyOf } from '../environment/auth-strategy.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const strategy = z.enum(wireAuthStrategies);
const shape = z.object({
  mainAuthStrategies: z.array(z.object({ strategy })),
  secondaryAuthStrategies: z.array(z.object({ strategy: z.enum([...wireAuthStrategies, 'Passkeys']), isActive: z.boolean() })),
});

/**
 * Encodes which first factor a login form shows first, and which of the others it may offer: the password unless nobody may log in by one, and
 * passkeys if they are switched on.
 */
function encode(environment: { authStrategy: AuthStrategy; passkeysEnabled: boolean }): z.input<typeof shape> {
  const main = wireAuthStrategyOf[environment.authStrategy];
  const others = wireAuthStrategies.filter((name) => name !== main && name !== 'NoLocalAuthentication');
  return {
    mainAuthStrategies: [{ strategy: main }],
    secondaryAuthStrategies: [
      ...others.map((name) => ({ strategy: name, isActive: name === 'EmailAndPassword' && admitsLocalLogin(environment) })),
      ...(environment.passkeysEnabled ? [{ strategy: 'Passkeys' as const, isActive: true }] : []),
    ],
  };
}

/** Serves `GET /configurations/v1/auth/strategies/public`. */
export const publicAuthStrategies: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/auth/strategies/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicAuthStrategies',
      summary: 'List the first factors that a login form may offer',
      tags: ['Login box'],
      response: { 200: shape },
    },
    handler: async (request) => encode(await services.environment.publicSettings(request.call.stranger)),
  });

/** Serves `GET /configurations/v1/auth/strategies`, which portals ask for with the token of a user. */
export const authStrategiesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/auth/strategies',
    config: { access: 'user' },
    schema: {
      operationId: 'readAuthStrategies',
      summary: 'List the first factors of the environment for somebody who is logged in',
      tags: ['Login box'],
      response: { 200: shape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => encode(await services.environment.publicSettings(await request.call.caller())),
  });
