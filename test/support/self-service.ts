import type { LightMyRequestResponse } from 'fastify';
import type { TestUser } from './builders.ts';
import { asEnvironment, createUserInTenant, expectStatus, identity, logIn, totp } from './builders.ts';
import type { Harness } from './harness.ts';

export interface OwnUser extends TestUser {
  /** Headers of the user's own token. */
  headers: Record<string, string>;
  /** Headers of an environment token that names the user. */
  environment: Record<string, string>;
}

const base = `${identity}/users/v1/mfa`;

export const selfService = (harness: Harness, path: string, headers: Record<string, string>, body?: unknown): Promise<LightMyRequestResponse> =>
  harness.send({ method: 'POST', url: `${base}${path}`, headers, ...(body === undefined ? {} : { body }) });

/** Ids of the user's authenticator apps. */
export async function ownApps(harness: Harness, headers: Record<string, string>): Promise<string[]> {
  const answer = await harness.send({ url: `${base}/devices`, headers });
  expectStatus(answer, 200);
  return answer.json<{ authenticators: { id: string }[] }>().authenticators.map(({ id }) => id);
}

/** Adds an app over REST with the user's own token, and lets the step of its code pass; answers the secret. */
export async function addApp(harness: Harness, headers: Record<string, string>): Promise<string> {
  const shown = await selfService(harness, '/enroll', headers);
  expectStatus(shown, 200);
  const { secret } = shown.json<{ secret: string }>();
  expectStatus(await selfService(harness, '/enroll/verify', headers, { token: totp(harness, secret) }), 200);
  harness.clock.advance({ seconds: 60 });
  return secret;
}

/** A logged-in user of an own tenant that enforces nothing. */
export async function ownUser(harness: Harness, name: string): Promise<OwnUser> {
  const user = await createUserInTenant(harness, name);
  const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
  const environment = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
  return { ...user, headers: { authorization: `Bearer ${accessToken}` }, environment };
}

/** The headers of the session raised by a code of the app; a step of it passes before and after. */
export async function steppedUp(harness: Harness, headers: Record<string, string>, secret: string): Promise<Record<string, string>> {
  harness.clock.advance({ seconds: 30 });
  const url = '/identity/resources/auth/v1/user';
  const { mfaToken } = (await harness.send({ method: 'POST', url: `${url}/step-up/generate`, headers, body: { maxAge: 1 } })).json();
  const raised = await harness.send({ method: 'POST', url: `${url}/mfa/verify`, body: { mfaToken, value: totp(harness, secret) } });
  expectStatus(raised, 201);
  harness.clock.advance({ seconds: 30 });
  return { authorization: `Bearer ${raised.json().accessToken}` };
}
