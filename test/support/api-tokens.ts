import type { LightMyRequestResponse } from 'fastify';
import { asEnvironment, expectStatus, identity } from './builders.ts';
import type { Harness } from './harness.ts';
import { call } from './rest.ts';

export interface Credentials {
  clientId: string;
  secret: string;
}

/** Lets users have tokens of their own. */
export async function enableUserTokens(harness: Harness, apiTokensEnabled = true): Promise<void> {
  const headers = await asEnvironment(harness);
  expectStatus(await call(harness, 'POST', '/configurations/v1', { headers, body: { apiTokensEnabled } }), 201);
}

/** A token of the tenant, made by the environment token. */
export async function createTenantToken(harness: Harness, tenantId: string, body: object = {}): Promise<Credentials> {
  const answer = await call(harness, 'POST', '/tenants/api-tokens/v1', { headers: await asEnvironment(harness, tenantId), body });
  expectStatus(answer, 201);
  return answer.json<Credentials>();
}

/** A token of the user in the tenant, made by the environment token. */
export async function createUserToken(harness: Harness, user: { id: string; tenantId: string }, body: object = {}): Promise<Credentials> {
  const headers = { ...(await asEnvironment(harness, user.tenantId)), 'frontegg-user-id': user.id };
  const answer = await call(harness, 'POST', '/users/api-tokens/v1', { headers, body });
  expectStatus(answer, 201);
  return answer.json<Credentials>();
}

export const exchange = (harness: Harness, { clientId, secret }: Credentials, version = 'v1'): Promise<LightMyRequestResponse> =>
  harness.send({ method: 'POST', url: `${identity}/auth/${version}/api-token`, body: { clientId, secret } });

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** The headers of a program that has exchanged its credentials. */
export async function asToken(harness: Harness, credentials: Credentials): Promise<Record<string, string>> {
  const answer = await exchange(harness, credentials);
  expectStatus(answer, 200);
  return bearer(answer.json<{ accessToken: string }>().accessToken);
}
