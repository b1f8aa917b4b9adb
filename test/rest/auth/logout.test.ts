import { expect, test } from 'vitest';
import { cookiesOf, createUserInTenant, enroll, identity, logIn, mfaTokenFor, setPolicy, totp } from '../../support/builders.ts';
import { clientId } from '../../support/harness.ts';
import { call, expectEmpty, expectRefusal, forbidden, setCookie, unauthorized } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/logout';
const harness = useHarness();

const logOut = (cookie?: string, more: object = {}) => call(harness, 'POST', path, { ...(cookie === undefined ? {} : { cookie }), ...more });

test('answers 201 with nothing, ends the session at once and clears the cookie', async () => {
  const user = await createUserInTenant(harness, 'ends');
  const login = await logIn(harness, user.email);
  const headers = { authorization: `Bearer ${login.json().accessToken}` };
  expect((await call(harness, 'GET', '/users/v2/me', { headers })).statusCode).toBe(200);
  const answer = await logOut(cookiesOf(login));
  expectEmpty(answer, 201);
  expect(answer.headers['set-cookie']).toBe(
    'fe_refresh_6da273731572-444f-b3c5-ef702ce65123=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
  );
  expectRefusal(await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(login) }), 401, unauthorized);
  expectRefusal(await call(harness, 'GET', '/users/v2/me', { headers }), 401, unauthorized);
});

test('other sessions of the user go on', async () => {
  const user = await createUserInTenant(harness, 'others');
  const [one, two] = [await logIn(harness, user.email), await logIn(harness, user.email)];
  expectEmpty(await logOut(cookiesOf(one)), 201);
  expect((await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(two) })).statusCode).toBe(200);
});

test('every spelling of the cookie ends the session', async () => {
  const user = await createUserInTenant(harness, 'spellings');
  for (const id of [clientId, clientId.replaceAll('-', '')]) {
    const login = await logIn(harness, user.email);
    expectEmpty(await logOut(`fe_refresh_${id}=${login.json().refreshToken}`), 201);
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(login) }), 401, unauthorized);
  }
});

test('never fails for a missing session, whatever else comes along', async () => {
  const json = { 'content-type': 'application/json' };
  expectEmpty(await logOut(), 201);
  expectEmpty(await logOut('fe_refresh_6da273731572-444f-b3c5-ef702ce65123=unknown'), 201);
  expectEmpty(await logOut(undefined, { headers: json }), 201);
  expectEmpty(await logOut(undefined, { headers: json, body: '' }), 201);
  expectEmpty(await logOut(undefined, { body: { anything: [1] } }), 201);
  expectEmpty(await logOut(undefined, { headers: { authorization: 'Bearer stale', 'frontegg-tenant-id': '' } }), 201);
});

test('the remembered device stays remembered', async () => {
  const user = await createUserInTenant(harness, 'device');
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
  const { secret } = await enroll(harness, user.email);
  const body = { value: totp(harness, secret), mfaToken: await mfaTokenFor(harness, user.email), rememberDevice: true };
  const verified = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
  const answer = await logOut(cookiesOf(verified));
  expect(setCookie(answer, 'fe_device_')).toBeUndefined();
  expect((await logIn(harness, user.email, cookiesOf(verified))).json()).toMatchObject({ mfaRequired: false });
});

test('a page of a stranger cannot log anybody out', async () => {
  const user = await createUserInTenant(harness, 'origin');
  const cookie = cookiesOf(await logIn(harness, user.email));
  for (const origin of ['https://evil.example', 'null']) expectRefusal(await logOut(cookie, { headers: { origin } }), 403, forbidden, origin);
  expect((await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie })).statusCode).toBe(200);
  expectEmpty(await logOut(cookie, { headers: { origin: 'https://id.acme.example' } }), 201);
  const sameHost = { origin: 'http://gateway.local', host: 'gateway.local' };
  expectEmpty(await harness.send({ method: 'POST', url: `${identity}${path}`, headers: sameHost }), 201);
});
