import type { LightMyRequestResponse } from 'fastify';
import type { TestUser } from './builders.ts';
import { createUserInTenant, expectStatus, identity, logIn, mfaTokenFor, setPolicy, setStrategy } from './builders.ts';
import type { Harness } from './harness.ts';
import type { AssertionJson, KeyOptions, RegistrationJson, SecurityKey, Twist } from './webauthn.ts';
import { createSecurityKey } from './webauthn.ts';

export type DeviceType = 'Platform' | 'CrossPlatform';

/** A ceremony begun over REST. */
export interface Begun {
  options: object & { challenge: string };
  webauthnToken: string;
}

const base = `${identity}/auth/v1/user/mfa/webauthn`;
const own = `${identity}/users/v1/mfa/webauthn`;
const post = (harness: Harness, url: string, body?: unknown, headers: Record<string, string> = {}) =>
  harness.send({ method: 'POST', url, headers, ...(body === undefined ? {} : { body }) });
const json = async (answer: Promise<LightMyRequestResponse>, status: number): Promise<Begun> => {
  expectStatus(await answer, status);
  return (await answer).json<Begun>();
};

/** The four operations of a login over REST, and the four of one's own settings. */
export const rest = {
  enroll: (harness: Harness, mfaToken: string) => post(harness, `${base}/enroll`, { mfaToken }),
  enrollVerify: (harness: Harness, body: object) => post(harness, `${base}/enroll/verify`, body),
  begin: (harness: Harness, mfaToken: string, deviceId: string) => post(harness, `${base}/${deviceId}`, { mfaToken }),
  verify: (harness: Harness, deviceId: string, body: object) => post(harness, `${base}/${deviceId}/verify`, body),
  ownEnroll: (harness: Harness, headers: Record<string, string>) => post(harness, `${own}/enroll`, undefined, headers),
  ownEnrollVerify: (harness: Harness, headers: Record<string, string>, body: object) => post(harness, `${own}/enroll/verify`, body, headers),
  disable: (harness: Harness, headers: Record<string, string>, deviceId: string) => post(harness, `${own}/${deviceId}/disable`, undefined, headers),
  disableVerify: (harness: Harness, headers: Record<string, string>, deviceId: string, body?: object) =>
    post(harness, `${own}/${deviceId}/disable/verify`, body, headers),
};

export const beginEnrollment = (harness: Harness, mfaToken: string): Promise<Begun> => json(rest.enroll(harness, mfaToken), 201);
export const beginProof = (harness: Harness, mfaToken: string, deviceId: string): Promise<Begun> =>
  json(rest.begin(harness, mfaToken, deviceId), 201);
export const beginOwnEnrollment = (harness: Harness, headers: Record<string, string>): Promise<Begun> => json(rest.ownEnroll(harness, headers), 200);
export const beginRemoval = (harness: Harness, headers: Record<string, string>, deviceId: string): Promise<Begun> =>
  json(rest.disable(harness, headers, deviceId), 200);

/** Switches both kinds on in the environment. */
export async function offerWebAuthn(harness: Harness): Promise<void> {
  await setStrategy(harness, 'WebAuthnPlatform', true);
  await setStrategy(harness, 'WebAuthnCrossPlatform', true);
}

export interface KeyUser extends TestUser {
  key: SecurityKey;
  deviceId: string;
  recoveryCode: string;
  accessToken: string;
  /** Headers of the session the enrollment opened. */
  headers: Record<string, string>;
}

/** A user who has to have a factor, and has enrolled a security key at login. */
export async function keyUser(harness: Harness, name: string, options: KeyOptions = {}, policy: object = {}): Promise<KeyUser> {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', ...policy }, user.tenantId);
  const mfaToken = await mfaTokenFor(harness, user.email);
  const key = createSecurityKey(options);
  const { options: creation, webauthnToken } = await beginEnrollment(harness, mfaToken);
  const answer = await rest.enrollVerify(harness, { mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: key.create(creation) });
  expectStatus(answer, 201);
  const { accessToken, recoveryCode } = answer.json<{ accessToken: string; recoveryCode: string }>();
  const [deviceId = ''] = (await webauthnDevices(harness, user.email)).map(({ id }) => id);
  return { ...user, key, deviceId, recoveryCode, accessToken, headers: { authorization: `Bearer ${accessToken}` } };
}

/** The user's WebAuthn authenticators, as a login shows them. */
export async function webauthnDevices(harness: Harness, email: string): Promise<{ id: string; deviceType: DeviceType; name: string }[]> {
  return (await logIn(harness, email)).json().mfaDevices.webauthn;
}

/** A whole login with the key, whose answer may be twisted or exchanged. */
export async function logInWithKey(
  harness: Harness,
  { email, key, deviceId }: Pick<KeyUser, 'email' | 'key' | 'deviceId'>,
  twist: Twist = {},
  change: (answer: AssertionJson) => AssertionJson = (answer) => answer,
): Promise<LightMyRequestResponse> {
  const mfaToken = await mfaTokenFor(harness, email);
  const { options, webauthnToken } = await beginProof(harness, mfaToken, deviceId);
  return rest.verify(harness, deviceId, { mfaToken, webauthnToken, options: change(key.get(options, twist)) });
}

/** Tries to enroll a key at a new login of a user who has to; the answer may be twisted or exchanged. */
export async function enrollAtLogin(
  harness: Harness,
  email: string,
  key: SecurityKey,
  twist: Twist = {},
  change: (answer: RegistrationJson) => RegistrationJson = (answer) => answer,
): Promise<LightMyRequestResponse> {
  const mfaToken = await mfaTokenFor(harness, email);
  const { options, webauthnToken } = await beginEnrollment(harness, mfaToken);
  return rest.enrollVerify(harness, { mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: change(key.create(options, twist)) });
}

/** Adds a key in a session over REST. */
export async function addKey(
  harness: Harness,
  headers: Record<string, string>,
  deviceType: DeviceType,
  options: KeyOptions = {},
): Promise<SecurityKey> {
  const key = createSecurityKey(options);
  const begun = await beginOwnEnrollment(harness, headers);
  const body = { webauthnToken: begun.webauthnToken, deviceType, options: key.create(begun.options) };
  expectStatus(await rest.ownEnrollVerify(harness, headers, body), 200);
  // Lists are by age.
  harness.clock.advance({ seconds: 1 });
  return key;
}
