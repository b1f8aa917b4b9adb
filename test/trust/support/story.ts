import { generateSync } from 'otplib';
import type { Deployment } from './deployment.ts';
import { clientId, clientSecret, eventually, pause } from './deployment.ts';
import type { Answer, Call } from './http.ts';
import { jsonOf } from './http.ts';

export const identity = '/identity/resources';
export const password = 'correct horse battery';
const mfa = `${identity}/auth/v1/user/mfa`;

/** Sends what has to succeed, and answers its body. A busy server is asked again, as it says. */
// biome-ignore lint/suspicious/noExplicitAny: callers say what is in it
export async function must(deployment: Deployment, call: Call, instance?: number): Promise<any> {
  for (let tries = 1; ; tries += 1) {
    const answer = await deployment.send(call, instance);
    if (answer.status < 300) return jsonOf(answer);
    if (answer.status !== 503 || tries === 10) throw new Error(`${call.path} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    await pause(500);
  }
}

/** The request of a GraphQL mutation. Every answer tells its member of the union, and the code of an error. */
export const mutation = (name: string, input: object, selection = '', headers: Record<string, string> = {}): Call => ({
  path: '/graphql',
  headers,
  body: {
    query: `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ${selection} ... on UserError { code } } }`,
    variables: { input },
  },
});

/** The one field of a GraphQL answer. */
// biome-ignore lint/suspicious/noExplicitAny: callers say what is in it
export const fieldOf = (answer: Answer): any => Object.values(jsonOf(answer)?.data ?? {})[0];

const tokens = new WeakMap<Deployment, { at: number; token: Promise<string> }>();

/** Headers of an environment call, acting in a tenant if one is given. */
export async function asEnvironment(deployment: Deployment, tenantId?: string): Promise<Record<string, string>> {
  let known = tokens.get(deployment);
  if (known === undefined || known.at + 600_000 < Date.now()) {
    const login = { path: '/auth/vendor', body: { clientId, secret: clientSecret } };
    known = { at: Date.now(), token: must(deployment, login).then(({ token }: { token: string }) => token) };
    tokens.set(deployment, known);
  }
  return { authorization: `Bearer ${await known.token}`, ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }) };
}

export interface Person {
  id: string;
  email: string;
  tenantId: string;
}

/** A tenant, by default with a policy that enforces a second factor. */
export async function createTenant(deployment: Deployment, tenantId: string, enforceMFAType: 'Force' | 'DontForce' = 'Force'): Promise<string> {
  const body = { tenantId, name: tenantId };
  await must(deployment, { path: '/tenants/resources/tenants/v1', headers: await asEnvironment(deployment), body });
  const policy = `${identity}/configurations/v1/mfa-policy`;
  await must(deployment, { method: 'PUT', path: policy, headers: await asEnvironment(deployment, tenantId), body: { enforceMFAType } });
  return tenantId;
}

/** A user with a verified address and `password`. */
export async function createPerson(deployment: Deployment, tenantId: string, name: string, more: object = {}): Promise<Person> {
  const headers = await asEnvironment(deployment);
  const email = `${name}@acme.example`;
  const { id } = await must(deployment, { path: `${identity}/vendor-only/users/v1`, headers, body: { email, tenantId, password, ...more } });
  await must(deployment, { method: 'POST', path: `${identity}/users/v1/${id}/verify`, headers });
  return { id, email, tenantId };
}

export async function setStrategy(deployment: Deployment, strategy: string, isActive = true): Promise<void> {
  const headers = await asEnvironment(deployment);
  await must(deployment, { path: `${identity}/configurations/v1/mfa/strategies`, headers, body: { strategy, isActive } });
}

export const logInCall = (email: string, given = password): Call => ({ path: `${identity}/auth/v1/user`, body: { email, password: given } });

/** The answer of a login by password. */
// biome-ignore lint/suspicious/noExplicitAny: callers say what is in it
export const logIn = (deployment: Deployment, { email }: Pick<Person, 'email'>): Promise<any> => must(deployment, logInCall(email));

/** The mfaToken of a new login that asks for a second factor. */
export async function mfaTokenOf(deployment: Deployment, person: Pick<Person, 'email'>): Promise<string> {
  const { mfaToken } = await logIn(deployment, person);
  if (typeof mfaToken !== 'string') throw new Error('the login asked for no second factor');
  return mfaToken;
}

/** What an authenticator app shows, so many seconds from now. */
export const totp = (secret: string, offsetSeconds = 0): string => generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + offsetSeconds });

/** Codes that are right in none of the steps that are accepted, or will be within two minutes. */
export function wrongTotps(secret: string, count: number): string[] {
  const right = new Set([-60, -30, 0, 30, 60, 90, 120].map((offset) => totp(secret, offset)));
  const wrong: string[] = [];
  for (let code = 100_000; wrong.length < count; code += 7) if (!right.has(String(code))) wrong.push(String(code));
  return wrong;
}

export interface Enrolled extends Person {
  secret: string;
  recoveryCode: string;
  accessToken: string;
  refreshToken: string;
}

/** Enrolls an authenticator app by a forced login, with the code of the step before, so that the code of this one is still unused. */
export async function enroll(deployment: Deployment, person: Person): Promise<Enrolled> {
  const { mfaToken, secret } = await logIn(deployment, person);
  // The code is that of the step before, so that the present one is free for a login. Near the end of a step it could be too old by the
  // time it is looked at.
  const secondsOfStep = (Date.now() / 1000) % 30;
  if (secondsOfStep > 25) await new Promise((resolve) => setTimeout(resolve, (30.1 - secondsOfStep) * 1000));
  const body = { mfaToken, token: totp(secret, -30) };
  const { recoveryCode, accessToken, refreshToken } = await must(deployment, { path: `${mfa}/authenticator/enroll/verify`, body });
  return { ...person, secret, recoveryCode, accessToken, refreshToken };
}

/** A code of an app for a login, over REST or GraphQL. */
export const answerByApp = (mfaToken: string, code: string, graphql = false): Call =>
  graphql
    ? mutation('verifyAuthenticatorApp', { mfaToken, code }, '... on VerifyAuthenticatorAppSuccess { session { accessToken } }')
    : { path: `${mfa}/verify`, body: { mfaToken, value: code } };

export interface Sent {
  mfaToken: string;
  otcToken: string;
  code: string;
}

const sixDigits = (text: string): string => /\b(\d{6})\b/.exec(text)?.[1] ?? '';

/** Has a code mailed for a login. */
export async function mailCode(deployment: Deployment, { email }: Pick<Person, 'email'>, mfaToken: string): Promise<Sent> {
  const seen = deployment.mail.received.length;
  const { otcToken } = await must(deployment, { path: `${mfa}/emailcode`, body: { mfaToken } });
  const code = await eventually(`a code for ${email}`, () =>
    deployment.mail.received
      .slice(seen)
      .filter(({ to }) => to === email)
      .map(({ text }) => sixDigits(text))
      .find((found) => found !== ''),
  );
  return { mfaToken, otcToken, code };
}

/** A mailed code for a login, over REST or GraphQL. */
export const answerByMail = (sent: Sent, graphql = false): Call =>
  graphql
    ? mutation('verifyEmailCode', { ...sent }, '... on VerifyEmailCodeSuccess { session { accessToken } }')
    : { path: `${mfa}/emailcode/verify`, body: { ...sent } };

export interface Phone extends Person {
  number: string;
  deviceId: string;
  recoveryCode: string;
}

/** Enrolls a phone by a forced login. The next text can be sent 30 seconds later. */
export async function enrollPhone(deployment: Deployment, person: Person, number: string): Promise<Phone> {
  const mfaToken = await mfaTokenOf(deployment, person);
  const { otcToken } = await must(deployment, { path: `${mfa}/sms/enroll`, body: { mfaToken, phoneNumber: number } });
  const code = sixDigits(await deployment.textTo(number));
  const { recoveryCode } = await must(deployment, { path: `${mfa}/sms/enroll/verify`, body: { mfaToken, otcToken, code } });
  const { mfaDevices } = await logIn(deployment, person);
  return { ...person, number, recoveryCode, deviceId: mfaDevices.phones[0].id };
}

/** Has a code texted for a login. */
export async function textCode(deployment: Deployment, { number, deviceId }: Phone, mfaToken: string): Promise<Sent> {
  const seen = deployment.sms.received.filter(({ to }) => to === number).length;
  const { otcToken } = await must(deployment, { path: `${mfa}/sms/${deviceId}`, body: { mfaToken } });
  return { mfaToken, otcToken, code: sixDigits(await deployment.textTo(number, seen + 1)) };
}

/** A texted code for a login, over REST or GraphQL. */
export const answerByText = (deviceId: string, sent: Sent, graphql = false): Call =>
  graphql
    ? mutation('verifySms', { ...sent, deviceId }, '... on VerifySmsSuccess { session { accessToken } }')
    : { path: `${mfa}/sms/${deviceId}/verify`, body: { ...sent } };

/** A recovery code, over REST or GraphQL. */
export const recoverCall = (email: string, recoveryCode: string, graphql = false): Call =>
  graphql
    ? mutation('recoverMfa', { email, recoveryCode }, '... on RecoverMfaSuccess { recovered }')
    : { path: `${mfa}/recover`, body: { email, recoveryCode } };

/** Events of the audit trail about a user, of one kind and, where given, one reason: what happened, whatever the answers said. */
export async function audited(deployment: Deployment, userId: string, kind: string, reason?: string): Promise<number> {
  const rows = await deployment.query('select reason from audit_events where user_id = $1 and kind = $2', [userId, kind]);
  return rows.filter((row) => reason === undefined || row.reason === reason).length;
}
