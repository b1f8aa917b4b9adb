import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { cookiesOf, createTenant, createUserInTenant, logIn, mailedCode, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import { clientId } from '../../support/harness.ts';
import { call, claimsOf, headerOf, joinTenant, uuid } from '../../support/rest.ts';
import { enrolled, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const claimsIn = (answer: LightMyRequestResponse) => claimsOf(answer.json<{ accessToken: string }>().accessToken);
const now = () => Math.floor(harness.clock.now().getTime() / 1000);
const elevation = ['acr', 'amr', 'auth_time'];
const elevated = () => ({
  acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  amr: expect.arrayContaining(['mfa', 'otp']),
  auth_time: now(),
});
const verify = (user: { secret: string; mfaToken: string }, rememberDevice = false) =>
  call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice } });

describe('the access token of a user', () => {
  test('is RS256 under the published key and carries exactly these claims', async () => {
    const more = { name: 'Dana', metadata: '{"theme":{"dark":true}}', vendorMetadata: '{"plan":1}', roleIds: ['Admin'], externalId: 'e-1' };
    const user = await createUserInTenant(harness, 'claims', {
      ...more,
      phoneNumber: '+4912345678',
      profilePictureUrl: 'https://acme.example/a.png',
    });
    await joinTenant(harness, user.email, await createTenant(harness, 'claims-2'), { roleIds: ['Read Only'] });
    const answer = await logIn(harness, user.email);
    const { accessToken } = answer.json<{ accessToken: string }>();
    const [key] = (await harness.send({ url: '/.well-known/jwks.json' })).json<{ keys: { kid: string }[] }>().keys;
    expect(headerOf(accessToken)).toEqual({ alg: 'RS256', typ: 'JWT', kid: key?.kid });
    expect(claimsOf(accessToken)).toEqual({
      sub: user.id,
      type: 'userToken',
      iss: 'https://id.acme.example',
      aud: clientId,
      iat: now(),
      exp: now() + 900,
      jti: expect.stringMatching(uuid),
      sid: expect.stringMatching(uuid),
      tenantId: 'claims',
      tenantIds: ['claims', 'claims-2'],
      name: 'Dana',
      email: user.email,
      email_verified: true,
      metadata: { theme: { dark: true } },
      roles: ['Admin'],
      permissions: ['fe.secure.*'],
      profilePictureUrl: 'https://acme.example/a.png',
      externalId: 'e-1',
      phoneNumber: '+4912345678',
      applicationId: '',
    });
    expect(answer.json().expires).toBe(new Date((now() + 900) * 1000).toISOString());
  });

  test('both roles add up, each permission once and sorted', async () => {
    const user = await createUserInTenant(harness, 'roles', { roleIds: ['Read Only', 'Admin'] });
    const claims = claimsIn(await logIn(harness, user.email));
    expect([...(claims.roles as string[])].sort()).toEqual(['Admin', 'Read Only']);
    expect(claims.permissions).toEqual(['fe.secure.*', 'fe.secure.read.*']);
  });

  test('a refreshed one belongs to the same session under another id', async () => {
    const login = await logIn(harness, (await createUserInTenant(harness, 'session')).email);
    const refreshed = await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(login) });
    const [first, second] = [claimsIn(login), claimsIn(refreshed)];
    expect(second.sid).toBe(first.sid);
    expect(second.jti).not.toBe(first.jti);
    expect(claimsIn(await logIn(harness, 'session@acme.example')).sid).not.toBe(first.sid);
  });
});

describe('acr, amr and auth_time', () => {
  test('come with an authenticator: verified, or enrolled by either call', async () => {
    expect(claimsIn(await verify(await enrolled(harness, 'verified')))).toMatchObject(elevated());
    expect(claimsIn(await verify(await unenrolled(harness, 'enrolled-by-verify')))).toMatchObject(elevated());
    const user = await unenrolled(harness, 'enrolled-by-name');
    const body = { token: totp(harness, user.secret), mfaToken: user.mfaToken };
    expect(claimsIn(await call(harness, 'POST', '/auth/v1/user/mfa/authenticator/enroll/verify', { body }))).toMatchObject(elevated());
    const byDevice = await enrolled(harness, 'by-device');
    const { mfaToken, mfaDevices } = (await logIn(harness, byDevice.email)).json();
    const path = `/auth/v1/user/mfa/authenticator/${mfaDevices.authenticators[0].id}/verify`;
    const answer = await call(harness, 'POST', path, { body: { value: totp(harness, byDevice.secret), mfaToken } });
    expect(claimsIn(answer)).toMatchObject(elevated());
  });

  test('are absent after a password alone', async () => {
    const user = await createUserInTenant(harness, 'plain');
    for (const claim of elevation) expect(claimsIn(await logIn(harness, user.email))).not.toHaveProperty(claim);
  });

  test('are absent after an e-mail code', async () => {
    for (const user of [await unenrolled(harness, 'mail'), await enrolled(harness, 'mail-enrolled')]) {
      const { otcToken } = (await call(harness, 'POST', '/auth/v1/user/mfa/emailcode', { body: { mfaToken: user.mfaToken } })).json();
      const body = { otcToken, code: await mailedCode(harness, user.email), mfaToken: user.mfaToken };
      const answer = await call(harness, 'POST', '/auth/v1/user/mfa/emailcode/verify', { body });
      expect(answer.statusCode).toBe(201);
      for (const claim of elevation) expect(claimsIn(answer)).not.toHaveProperty(claim);
    }
  });

  test('are absent after a remembered device', async () => {
    const user = await enrolled(harness, 'device', { allowRememberMyDevice: true });
    const verified = await verify(user, true);
    const answer = await logIn(harness, user.email, cookiesOf(verified));
    expect(answer.json()).toMatchObject({ mfaRequired: false });
    for (const claim of elevation) expect(claimsIn(answer)).not.toHaveProperty(claim);
  });

  test('are gone after a refresh', async () => {
    const user = await enrolled(harness, 'faded');
    const answer = await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(await verify(user)) });
    expect(answer.statusCode).toBe(200);
    for (const claim of elevation) expect(claimsIn(answer)).not.toHaveProperty(claim);
    harness.clock.advance({ seconds: 60 });
    const again = await verify({ ...user, mfaToken: await mfaTokenFor(harness, user.email) });
    expect(claimsIn(again), 'a new login has them again').toMatchObject(elevated());
  });
});
