import type { LightMyRequestResponse } from 'fastify';
import { generateSync } from 'otplib';
import type { App } from '../../src/app.ts';
import type { Message } from '../../src/domain/messaging/message.ts';
import type { Harness } from './harness.ts';

export const identity = '/identity/resources';
export const password = 'correct horse battery';

export interface TestUser {
  id: string;
  email: string;
  tenantId: string;
}

/** A token that no test looks at is used for ten minutes of its thirty: every third request would otherwise fetch one. */
const tokenUse = 600_000;
const tokens = new WeakMap<App, { at: number; token: Promise<string> }>();

function environmentToken(harness: Harness): Promise<string> {
  const now = harness.clock.now().getTime();
  const known = tokens.get(harness.app);
  if (known !== undefined && known.at <= now && now < known.at + tokenUse) return known.token;
  const token = harness.environmentToken();
  tokens.set(harness.app, { at: now, token });
  return token;
}

/** Headers of an environment call, acting in a tenant if one is given. */
export async function asEnvironment(harness: Harness, tenantId?: string): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await environmentToken(harness)}`, ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }) };
}

export async function createTenant(harness: Harness, tenantId: string, name = tenantId): Promise<string> {
  const answer = await harness.send({
    method: 'POST',
    url: '/tenants/resources/tenants/v1',
    headers: await asEnvironment(harness),
    body: { tenantId, name },
  });
  expectStatus(answer, 201);
  return tenantId;
}

/** A verified user with `password`. */
export async function createUser(harness: Harness, tenantId: string, email: string, more: object = {}): Promise<TestUser> {
  const headers = await asEnvironment(harness);
  const created = await harness.send({
    method: 'POST',
    url: `${identity}/vendor-only/users/v1`,
    headers,
    body: { email, tenantId, password, ...more },
  });
  expectStatus(created, 201);
  const { id } = created.json<{ id: string }>();
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/users/v1/${id}/verify`, headers }), 200);
  return { id, email, tenantId };
}

/** A role of a tenant with built-in permissions. Answers its id. */
export async function createRole(harness: Harness, tenantId: string, key: string, permissions: readonly string[]): Promise<string> {
  const headers = await asEnvironment(harness, tenantId);
  const known = (await harness.send({ url: `${identity}/permissions/v1`, headers })).json<{ id: string; key: string }[]>();
  const body = [{ key, name: key, permissions: known.flatMap((each) => (permissions.includes(each.key) ? [each.id] : [])) }];
  const answer = await harness.send({ method: 'POST', url: `${identity}/roles/v1`, headers, body });
  expectStatus(answer, 201);
  return answer.json<[{ id: string }]>()[0].id;
}

/** A tenant and a verified user in it. */
export async function createUserInTenant(harness: Harness, name: string, more: object = {}): Promise<TestUser> {
  return createUser(harness, await createTenant(harness, name), `${name}@acme.example`, more);
}

export async function setPolicy(harness: Harness, fields: object, tenantId?: string): Promise<void> {
  expectStatus(
    await harness.send({
      method: 'PUT',
      url: `${identity}/configurations/v1/mfa-policy`,
      headers: await asEnvironment(harness, tenantId),
      body: fields,
    }),
    200,
  );
}

export async function setStrategy(harness: Harness, strategy: string, isActive: boolean, tenantId?: string): Promise<void> {
  expectStatus(
    await harness.send({
      method: 'POST',
      url: `${identity}/configurations/v1/mfa/strategies`,
      headers: await asEnvironment(harness, tenantId),
      body: { strategy, isActive },
    }),
    201,
  );
}

export const logIn = (harness: Harness, email: string, cookie?: string): Promise<LightMyRequestResponse> =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password }, ...(cookie === undefined ? {} : { cookie }) });

/** The mfaToken of a new login that needs a second factor. */
export async function mfaTokenFor(harness: Harness, email: string): Promise<string> {
  const answer = await logIn(harness, email);
  expectStatus(answer, 200);
  const { mfaToken } = answer.json<{ mfaToken?: string }>();
  if (mfaToken === undefined) throw new Error('the login needed no second factor');
  return mfaToken;
}

/** What the user's phone would show `offsetSeconds` from now. */
export const totp = (harness: Harness, secret: string, offsetSeconds = 0): string =>
  generateSync({ secret, epoch: Math.floor(harness.clock.now().getTime() / 1000) + offsetSeconds });

/** A code that is right in none of the accepted steps. */
export function wrongTotp(harness: Harness, secret: string): string {
  const right = new Set([-60, -30, 0, 30, 60].map((offset) => totp(harness, secret, offset)));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.has(code)) ?? '666666';
}

export interface Enrolled {
  secret: string;
  recoveryCode: string;
  accessToken: string;
  refreshToken: string;
  cookie: string;
}

/** Enrolls an authenticator app by a forced login, then lets its step pass. */
export async function enroll(harness: Harness, email: string): Promise<Enrolled> {
  const login = await logIn(harness, email);
  const { mfaToken, secret } = login.json<{ mfaToken: string; secret: string }>();
  const url = `${identity}/auth/v1/user/mfa/authenticator/enroll/verify`;
  const answer = await harness.send({ method: 'POST', url, body: { mfaToken, token: totp(harness, secret) } });
  expectStatus(answer, 201);
  const { recoveryCode, accessToken, refreshToken } = answer.json<Enrolled>();
  harness.clock.advance({ seconds: 60 });
  return { secret, recoveryCode, accessToken, refreshToken, cookie: cookiesOf(answer) };
}

/** The `Cookie` header a browser would send after this answer. */
export const cookiesOf = (answer: LightMyRequestResponse): string =>
  answer.cookies
    .filter((cookie) => cookie.value !== '')
    .map((cookie) => `${cookie.name}=${cookie.value}`)
    .join('; ');

/** The code a message carries; none in a notice. */
export const codeIn = (message: Message | undefined): string => (message !== undefined && 'code' in message ? message.code : '');

/** The code of the newest message to an address. */
export async function mailedCode(harness: Harness, email: string): Promise<string> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && codeIn(candidate) !== '');
  if (message === undefined) throw new Error(`no message to ${email}`);
  return codeIn(message);
}

export function expectStatus(answer: LightMyRequestResponse, status: number): void {
  if (answer.statusCode !== status) throw new Error(`expected ${status}, got ${answer.statusCode}: ${answer.body}`);
}
