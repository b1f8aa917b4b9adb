import { z } from 'zod';
import type { ExchangedToken } from '../../services/token/exchange.ts';
import { exchangeErrors } from '../../services/token/exchange.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';

const tags = ['API tokens'];
const credentials = z.object({ clientId: text(), secret: text() });
const refreshing = z.object({ refreshToken: text() });

/** How an answer names what it has. */
interface Form {
  shape: z.ZodType<Record<string, string | number>>;
  encode(exchanged: ExchangedToken): Record<string, string | number>;
}

const snake: Form = {
  shape: z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.int(), expires: z.string() }),
  encode: ({ accessToken, refreshToken, expiresInSeconds, expiresAt }) => ({
    ...{ access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds, expires: expiresAt.toISOString() },
  }),
};
const camel: Form = {
  shape: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int(), expires: z.string() }),
  encode: ({ accessToken, refreshToken, expiresInSeconds, expiresAt }) => ({
    ...{ accessToken, refreshToken, expiresIn: expiresInSeconds, expires: expiresAt.toISOString() },
  }),
};

/** Both versions do the same. They differ in the letters of the names in the answer. */
const authenticateRoute =
  (url: string, operationId: string, { shape, encode }: Form): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url,
      config: { access: 'public', limit: 'API_TOKEN' },
      schema: {
        operationId,
        summary: 'Exchange the client id and secret of an API token for a JWT',
        tags,
        body: credentials,
        response: { 200: shape, ...errorResponses(exchangeErrors.authenticate, 400, 429) },
      },
      handler: async (request) => encode(await services.tokenExchange.authenticate(request.call.stranger, request.body)),
    });

const refreshRoute =
  (url: string, operationId: string, { shape, encode }: Form): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url,
      config: { access: 'public', limit: 'API_TOKEN' },
      schema: {
        operationId,
        summary: 'Exchange the refresh token of an API token, which works once, for a JWT and the next refresh token',
        tags,
        body: refreshing,
        response: { 200: shape, ...errorResponses(exchangeErrors.refresh, 400, 429) },
      },
      handler: async (request) => encode(await services.tokenExchange.refresh(request.call.stranger, request.body)),
    });

/** Serves `POST /auth/v2/api-token`. */
export const apiTokenLogin = authenticateRoute('/auth/v2/api-token', 'authenticateApiToken', snake);
/** Serves `POST /auth/v2/api-token/token/refresh`. */
export const apiTokenRefresh = refreshRoute('/auth/v2/api-token/token/refresh', 'refreshApiToken', snake);
/** Serves `POST /auth/v1/api-token`. */
export const apiTokenLoginV1 = authenticateRoute('/auth/v1/api-token', 'authenticateApiTokenOlder', camel);
/** Serves `POST /auth/v1/api-token/token/refresh`. */
export const apiTokenRefreshV1 = refreshRoute('/auth/v1/api-token/token/refresh', 'refreshApiTokenOlder', camel);
