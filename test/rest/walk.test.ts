import { expect, test } from 'vitest';
import { cookiesOf, createUserInTenant, identity, logIn, mailedCode, mfaTokenFor, setPolicy, setStrategy, totp } from '../support/builders.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness();

test('a forced user enrolls at login, logs in again with the app, then by mail, refreshes and logs out', async () => {
  const user = await createUserInTenant(harness, 'walk');
  expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: false });
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
  await setStrategy(harness, 'EmailCode', true);

  const login = (await logIn(harness, user.email)).json();
  expect(login).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: ['AuthenticatorApp', 'EmailCode'] });
  const base = `${identity}/auth/v1/user/mfa`;
  const qr = await harness.send({ method: 'POST', url: `${base}/authenticator/enroll`, body: { mfaToken: login.mfaToken } });
  expect(qr.statusCode).toBe(201);
  expect(qr.json()).toEqual({ qrCode: login.qrCode, secret: login.secret });
  const enrolled = await harness.send({
    method: 'POST',
    url: `${base}/authenticator/enroll/verify`,
    body: { token: totp(harness, login.secret), mfaToken: login.mfaToken },
  });
  expect(enrolled.statusCode, enrolled.body).toBe(201);
  expect(enrolled.json().recoveryCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);

  harness.clock.advance({ seconds: 60 });
  const mfaToken = await mfaTokenFor(harness, user.email);
  const verified = await harness.send({
    method: 'POST',
    url: `${base}/verify`,
    body: { value: totp(harness, login.secret), mfaToken, rememberDevice: true },
  });
  expect(verified.statusCode, verified.body).toBe(201);
  expect((await logIn(harness, user.email, cookiesOf(verified))).json()).toMatchObject({ mfaRequired: false });

  const mailToken = await mfaTokenFor(harness, user.email);
  const sent = await harness.send({ method: 'POST', url: `${base}/emailcode`, body: { mfaToken: mailToken } });
  expect(sent.statusCode, sent.body).toBe(201);
  const code = await mailedCode(harness, user.email);
  const mailed = await harness.send({
    method: 'POST',
    url: `${base}/emailcode/verify`,
    body: { otcToken: sent.json().otcToken, code, mfaToken: mailToken },
  });
  expect(mailed.statusCode, mailed.body).toBe(201);

  const refreshed = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/token/refresh`, cookie: cookiesOf(mailed) });
  expect(refreshed.statusCode, refreshed.body).toBe(200);
  const headers = { authorization: `Bearer ${refreshed.json().accessToken}` };
  const me = await harness.send({ url: `${identity}/users/v2/me`, headers });
  expect(me.statusCode, me.body).toBe(200);
  expect((await harness.send({ url: `${identity}/users/v3/me/tenants`, headers })).json()).toMatchObject({ activeTenant: { tenantId: 'walk' } });
  expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/logout`, cookie: cookiesOf(refreshed) })).statusCode).toBe(201);
  expect((await harness.send({ url: `${identity}/users/v2/me`, headers })).statusCode).toBe(401);
});
