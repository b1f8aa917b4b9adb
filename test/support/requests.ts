import type { LightMyRequestResponse } from 'fastify';
import type { TestUser } from './builders.ts';
import { asEnvironment, createUserInTenant, expectStatus, identity, logIn, setPolicy } from './builders.ts';
import type { Harness } from './harness.ts';
import { clientId } from './harness.ts';

export type Answer = LightMyRequestResponse;

const base = `${identity}/auth/v1/user/mfa`;
const post = (harness: Harness, url: string, body: unknown): Promise<Answer> => harness.send({ method: 'POST', url, body });

/** The path browsers use for every authenticator code. */
export const verifyApp = (harness: Harness, mfaToken: unknown, value: unknown, more: object = {}): Promise<Answer> =>
  post(harness, `${base}/verify`, { value, mfaToken, ...more });

/** Its twin, for one device. */
export const verifyDevice = (harness: Harness, deviceId: string, mfaToken: string, value: unknown): Promise<Answer> =>
  post(harness, `${base}/authenticator/${deviceId}/verify`, { value, mfaToken });

export const enrollApp = (harness: Harness, mfaToken: string): Promise<Answer> => post(harness, `${base}/authenticator/enroll`, { mfaToken });

export const enrollVerify = (harness: Harness, mfaToken: string, token: unknown, more: object = {}): Promise<Answer> =>
  post(harness, `${base}/authenticator/enroll/verify`, { token, mfaToken, ...more });

export const sendMail = (harness: Harness, mfaToken: string): Promise<Answer> => post(harness, `${base}/emailcode`, { mfaToken });

export const verifyMail = (harness: Harness, body: { mfaToken: unknown; otcToken: unknown; code: unknown }): Promise<Answer> =>
  post(harness, `${base}/emailcode/verify`, body);

/** Mails a code and answers its otcToken. */
export async function otcTokenFor(harness: Harness, mfaToken: string): Promise<string> {
  const answer = await sendMail(harness, mfaToken);
  expectStatus(answer, 201);
  return answer.json<{ otcToken: string }>().otcToken;
}

export const refreshCookie = `fe_refresh_${clientId.replace('-', '')}`;
export const deviceCookie = `fe_device_${clientId.replaceAll('-', '')}`;

export const refresh = (harness: Harness, refreshToken: string, more: { body?: unknown; cookie?: string } = {}): Promise<Answer> =>
  harness.send({
    method: 'POST',
    url: `${identity}/auth/v1/user/token/refresh`,
    cookie: [`${refreshCookie}=${refreshToken}`, ...(more.cookie === undefined ? [] : [more.cookie])].join('; '),
    ...(more.body === undefined ? {} : { body: more.body }),
  });

export const logOut = (harness: Harness, refreshToken: string): Promise<Answer> =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/logout`, cookie: `${refreshCookie}=${refreshToken}` });

export const me = (harness: Harness, accessToken: string, headers: Record<string, string> = {}): Promise<Answer> =>
  harness.send({ url: `${identity}/users/v2/me`, headers: { authorization: `Bearer ${accessToken}`, ...headers } });

/** A verified user whose tenant forces a second factor. */
export async function createForcedUser(harness: Harness, name: string, policy: object = {}): Promise<TestUser> {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', ...policy }, user.tenantId);
  return user;
}

export interface Login {
  mfaToken: string;
  mfaRequired: boolean;
  mfaEnrolled: boolean;
  secret: string;
  mfaDevices: { authenticators: { id: string }[]; phones: { id: string }[]; emails: { email: string }[] };
  accessToken: string;
  refreshToken: string;
  recoveryCode?: string;
}

/** The parsed answer of a login that was not refused. */
export async function loggedIn(harness: Harness, email: string, cookie?: string): Promise<Login> {
  const answer = await logIn(harness, email, cookie);
  expectStatus(answer, 200);
  return answer.json<Login>();
}

export async function mfaTokensFor(harness: Harness, email: string, count: number): Promise<string[]> {
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) tokens.push((await loggedIn(harness, email)).mfaToken);
  return tokens;
}

/** Whether the user has a factor, as an administrator sees it. */
export async function isEnrolled(harness: Harness, user: TestUser): Promise<boolean> {
  const answer = await harness.send({ url: `${identity}/users/v1/${user.id}`, headers: await asEnvironment(harness, user.tenantId) });
  expectStatus(answer, 200);
  return answer.json<{ mfaEnrolled: boolean }>().mfaEnrolled;
}
