import { z } from 'zod';
import type { ExchangedToken } from '../../services/token/exchange.ts';
import { exchangeErrors } from '../../services/token/exchange.ts';
import { builder } from '../builder/builder.ts';
import { secret, text } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const ApiTokenJwt = builder.objectRef<ExchangedToken>('ApiTokenJwt').implement({
  description: 'What a program gets for the credentials of an API token. It is no session, and it states no second factor.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'The JWT. Send it as `Authorization: Bearer`.' }),
    refreshToken: t.exposeString('refreshToken', { description: 'Exchanges for the next JWT by `refreshApiToken`, once.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the JWT expires.' }),
    expiresInSeconds: t.exposeInt('expiresInSeconds', { description: 'How many seconds the JWT is valid, for clients whose clock differs.' }),
  }),
});

const AuthenticateApiTokenInput = builder.inputType('AuthenticateApiTokenInput', {
  description: 'The credentials of an API token.',
  validate: z.looseObject({ clientId: text(), secret }),
  fields: (t) => ({
    clientId: t.string({ description: 'The client id.' }),
    secret: t.string({ description: 'The secret that was shown when the token was created.' }),
  }),
});

const RefreshApiTokenInput = builder.inputType('RefreshApiTokenInput', {
  description: 'The refresh token of an API token.',
  validate: z.looseObject({ refreshToken: secret }),
  fields: (t) => ({ refreshToken: t.string({ description: 'The refresh token, which works once.' }) }),
});

const success = (name: string, description: string) =>
  builder
    .objectRef<{ jwt: ExchangedToken }>(name)
    .implement({ description, fields: (t) => ({ jwt: t.expose('jwt', { type: ApiTokenJwt, description: 'The JWT and the refresh token.' }) }) });

const AuthenticateApiTokenSuccess = success('AuthenticateApiTokenSuccess', 'The credentials were exchanged.');
const RefreshApiTokenSuccess = success('RefreshApiTokenSuccess', 'The refresh token was exchanged.');

builder.mutationFields((t) => ({
  authenticateApiToken: t.field({
    ...checksCredential,
    type: AuthenticateApiTokenSuccess,
    description:
      'Exchanges the client id and secret of an API token for a JWT, by which a program calls this server. Unknown, wrong, expired, and of a user who is locked or has left the tenant are refused alike.',
    access: 'public',
    errors: resultUnion('authenticateApiToken', exchangeErrors.authenticate, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: AuthenticateApiTokenInput, description: 'The credentials.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('API_TOKEN');
      return { jwt: await services.tokenExchange.authenticate(call.stranger, { clientId: input.clientId, secret: input.secret }) };
    },
  }),
  refreshApiToken: t.field({
    type: RefreshApiTokenSuccess,
    description: 'Exchanges the refresh token of an API token for a JWT and the next refresh token.',
    access: 'public',
    errors: resultUnion('refreshApiToken', exchangeErrors.refresh, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RefreshApiTokenInput, description: 'The refresh token.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('API_TOKEN');
      return { jwt: await services.tokenExchange.refresh(call.stranger, { refreshToken: input.refreshToken }) };
    },
  }),
}));
