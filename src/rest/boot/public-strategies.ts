import { z } from 'zod';
import { fixedSettings, wireAuthStrategies, wireAuthStrategyOf } from '../environment/configuration-shape.ts';
import type { RestRoute } from '../route.ts';

const strategy = z.enum(wireAuthStrategies);
const authStrategies = z.object({
  mainAuthStrategies: z.array(z.object({ strategy })),
  secondaryAuthStrategies: z.array(z.object({ strategy, isActive: z.boolean() })),
});

/** Answers the first factors: the password, which always serves, and the e-mail code, which is main where it is switched on. */
export const publicAuthStrategies: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/auth/strategies/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicAuthStrategies',
      summary: 'First factors a login form may offer',
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

/** Answers what a new account is named by: its address alone, and only where the setting `allowSignups` lets anybody open one. */
export const signUpStrategies: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/sign-up/strategies',
    config: { access: 'public' },
    schema: {
      operationId: 'readSignUpStrategies',
      summary: 'What a new account would be named by',
      tags: ['Login box'],
      response: { 200: z.array(z.object({ strategy: z.enum(identifiers), isActive: z.boolean(), isRequired: z.boolean() })) },
    },
    handler: async () =>
      identifiers.map((name) => {
        const used = fixedSettings.allowSignups && name === 'email';
        return { strategy: name, isActive: used, isRequired: used };
      }),
  });
