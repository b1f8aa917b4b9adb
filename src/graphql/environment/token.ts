import { z } from 'zod';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { EnvironmentToken } from '../../services/session/tokens.ts';
import { builder } from '../builder/builder.ts';
import { secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const AuthenticateEnvironmentInput = builder.inputType('AuthenticateEnvironmentInput', {
  description: 'The credentials of the environment, printed once at the first start.',
  validate: z.looseObject({ clientId: secret, secret }),
  fields: (t) => ({
    clientId: t.string({ description: 'The client id; no secret.' }),
    secret: t.string({ description: 'The secret. Keep it on servers: it opens every tenant.' }),
  }),
});

const AuthenticateEnvironmentSuccess = builder.objectRef<EnvironmentToken>('AuthenticateEnvironmentSuccess').implement({
  description: 'An environment token.',
  fields: (t) => ({
    accessToken: t.exposeString('token', {
      description:
        'Send it as `Authorization: Bearer …`; with the header `frontegg-tenant-id` it acts in that tenant, else in the whole environment.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it stops working; ask for another before.' }),
    expiresInSeconds: t.exposeInt('expiresInSeconds', { description: 'Its life in seconds, for clocks that differ.' }),
  }),
});

builder.mutationField('authenticateEnvironment', (t) =>
  t.field({
    ...checksCredential,
    type: AuthenticateEnvironmentSuccess,
    description: 'Exchanges client id and secret for an environment token, which administers policies, strategies, tenants and users.',
    authScopes: { public: true },
    errors: resultUnion('What came of `authenticateEnvironment`.', environmentErrors.authenticate, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: AuthenticateEnvironmentInput, description: 'The credentials.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('ENVIRONMENT');
      return services.environment.authenticate(call.stranger, { clientId: input.clientId, secret: input.secret });
    },
  }),
);
