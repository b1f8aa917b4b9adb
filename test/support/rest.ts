import { createHash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import type { Access } from '../../src/rest/route.ts';
import { asEnvironment, createUserInTenant, identity, logIn } from './builders.ts';
import type { Harness, Request } from './harness.ts';
import { roleIds } from './role-ids.ts';

/** Credentials that each kind of access lets in: an environment token that names a user, and the token of that user. */
export const credentialsOf = (
  environment: Record<string, string>,
  userId: string,
  user: Record<string, string>,
): Record<Access, Record<string, string>> => {
  const signedIn = { ...environment, 'frontegg-user-id': userId };
  return { public: {}, environment, user, signedIn, ownToken: user, inTenant: user, signedInOrOwnToken: signedIn, permitted: signedIn };
};

export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** 256 bits as base64url. */
export const opaqueToken = /^[\w-]{43}$/;
export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export type Call = Omit<Request, 'url' | 'method'>;
type Method = NonNullable<Request['method']>;

/** A request below `/identity/resources`. */
export const call = (harness: Harness, method: Method, path: string, more: Call = {}): Promise<LightMyRequestResponse> =>
  harness.send({ method, url: `${identity}${path}`, ...more });

/** Body of a refusal: a text, and a code where the contract lists one. */
export const refusal = (text: string, errorCode?: string) => (errorCode === undefined ? { errors: [text] } : { errors: [text], errorCode });

/** Body of a 400 of the validation; the codes are computed here anew, not by the code under test. */
export function faults(...texts: string[]): object {
  const codes = texts.map((text) => `ER-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`);
  return { errors: texts, errorCode: codes[0], ...(codes.length > 1 ? { errorCodes: codes } : {}) };
}

export const unauthorized = refusal('Unauthorized');
export const forbidden = refusal('Forbidden');
export const invalidCode = refusal('Invalid code', 'ER-01011');
export const codeExpired = refusal('Code expired', 'ER-01017');
export const invalidType = refusal('Invalid authentication type', 'ER-01012');
export const invalidMfaToken = refusal('Invalid MFA token', 'ER-01013');
export const tooMany = refusal('Too many attempts');
export const alreadyEnrolled = refusal('MFA is already enrolled');

export function expectRefusal(answer: LightMyRequestResponse, status: number, body: object, about = ''): void {
  expect({ status: answer.statusCode, body: answer.json() }, about).toEqual({ status, body });
  expect(answer.headers['content-type'], about).toBe('application/json; charset=utf-8');
}

/** An answer that says nothing but its status. */
export function expectEmpty(answer: LightMyRequestResponse, status: number): void {
  expect({ status: answer.statusCode, body: answer.body }).toEqual({ status, body: '' });
}

const part = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
export const headerOf = (token: string): Record<string, unknown> => part(token, 0);
export const claimsOf = (token: string): Record<string, unknown> => part(token, 1);

/** Logs in a user who needs no second factor. */
export async function asUser(harness: Harness, email: string, tenantId?: string): Promise<Record<string, string>> {
  const { accessToken } = (await logIn(harness, email)).json<{ accessToken?: string }>();
  if (accessToken === undefined) throw new Error('the login needed a second factor');
  return { authorization: `Bearer ${accessToken}`, ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }) };
}

/** A user with a role in a tenant of their own, logged in. */
export async function userWith(harness: Harness, name: string, role: keyof typeof roleIds | null) {
  const user = await createUserInTenant(harness, name, role === null ? {} : { roleIds: [roleIds[role]] });
  return { ...user, headers: await asUser(harness, user.email) };
}

/** Lets a known user join one more tenant. */
export async function joinTenant(harness: Harness, email: string, tenantId: string, more: object = {}): Promise<void> {
  const answer = await call(harness, 'POST', '/users/v2', { headers: await asEnvironment(harness, tenantId), body: { email, ...more } });
  expect(answer.statusCode, answer.body).toBe(201);
}

/** Attributes of a cookie the answer sets. */
export const setCookie = (answer: LightMyRequestResponse, prefix: string) => answer.cookies.find((cookie) => cookie.name.startsWith(prefix));
