import { z } from 'zod';
import { wireAuthStrategies, wireAuthStrategyOf } from '../environment/configuration-shape.ts';
import type { RestRoute } from '../route.ts';

const strategy = z.enum(wireAuthStrategies);
const authStrategies = z.object({
  mainAuthStrategies: z.array(z.object({ strategy })),
  secondaryAuthStrategies: z.array(z.object({ strategy, isActive: z.boolean() })),
});

/**
 * Serves `GET /configurations/v1/auth/strategies/public`. Password login is always active, and login by e-mail code if it is
 * switched on. The setting says which one the form shows first.
 */
export const publicAuthStrategies: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/auth/strategies/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicAuthStrategies',
      summary: 'List the first factors that a login form may offer',
      tags: ['Login box'],
      response: { 200: authStrategies },
    },
    handler: async (request) => {
      const environment = await services.environment.publicSettings(request.call.stranger);
      const main = wireAuthStrategyOf(environment);
      const others = wireAuthStrategies.filter((name) => name !== main);
      const serves = { EmailAndPassword: true, Code: environment.emailCodeLogin };
      return {
        mainAuthStrategies: [{ strategy: main }],
        secondaryAuthStrategies: others.map((name) => ({ strategy: name, isActive: serves[name] })),
      };
    },
  });

const identifiers = ['email', 'phoneNumber', 'username'] as const;

/**
 * Serves `GET /configurations/v1/sign-up/strategies`. An account is identified by its e-mail address only. The setting
 * `allowSignups` says whether anybody may open one.
 */
export const signUpStrategies: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/sign-up/strategies',
    config: { access: 'public' },
    schema: {
      operationId: 'readSignUpStrategies',
      summary: 'List what a new account would be identified by',
      tags: ['Login box'],
      response: { 200: z.array(z.object({ strategy: z.enum(identifiers), isActive: z.boolean(), isRequired: z.boolean() })) },
    },
    handler: async (request) => {
      const { allowSignups } = await services.environment.publicSettings(request.call.stranger);
      return identifiers.map((name) => {
        const used = allowSignups && name === 'email';
        return { strategy: name, isActive: used, isRequired: used };
      });
    },
  });
