import { z } from 'zod';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { EnvironmentToken } from '../../services/session/tokens.ts';
import { builder } from '../builder/builder.ts';
import { secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const AuthenticateEnvironmentInput = builder.inputType('AuthenticateEnvironmentInput', {
  description: 'The credentials of the environment, which were printed once at the first start.',
  validate: z.looseObject({ clientId: secret, secret }),
  fields: (t) => ({
    clientId: t.string({ description: 'The client id, which is not secret.' }),
    secret: t.string({ description: 'The client secret. Keep it on servers, because it gives access to every tenant.' }),
  }),
});

const AuthenticateEnvironmentSuccess = builder.objectRef<EnvironmentToken>('AuthenticateEnvironmentSuccess').implement({
  description: 'The environment token was issued.',
  fields: (t) => ({
    accessToken: t.exposeString('token', {
      description:
        'The environment token. Send it as `Authorization: Bearer …`. With the header `frontegg-tenant-id` it acts in that tenant, otherwise in the whole environment.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token stops working. Request another one before that.' }),
    expiresInSeconds: t.exposeInt('expiresInSeconds', { description: 'How many seconds the token is valid, for clients whose clock differs.' }),
  }),
});

builder.mutationField('authenticateEnvironment', (t) =>
  t.field({
    ...checksCredential,
    type: AuthenticateEnvironmentSuccess,
    description: 'Exchanges the client id and secret for an environment token, which manages policies, strategies, tenants and users.',
    access: 'public',
    errors: resultUnion('authenticateEnvironment', environmentErrors.authenticate, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: AuthenticateEnvironmentInput, description: 'The credentials of the environment.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('ENVIRONMENT');
      return services.environment.authenticate(call.stranger, { clientId: input.clientId, secret: input.secret });
    },
  }),
);
