import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant, enroll, logIn, mfaTokenFor, setPolicy, setStrategy } from '../../support/builders.ts';
import { eventsOf } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import {
  alreadyEnrolled,
  call,
  claimsOf,
  codeExpired,
  expectRefusal,
  faults,
  invalidCode,
  invalidMfaToken,
  invalidType,
  opaqueToken,
} from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import type { DeviceType } from '../../support/webauthn-flows.ts';
import { beginEnrollment, enrollAtLogin, keyUser, offerWebAuthn, rest, webauthnDevices } from '../../support/webauthn-flows.ts';

const recovery = /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/;
const harness = useHarness();
beforeAll(() => offerWebAuthn(harness));

/** A user who has to enroll; of the strategies only these are on in the tenant. */
async function newcomer(name: string, ...strategies: string[]) {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  for (const strategy of ['AuthenticatorApp', 'WebAuthnPlatform', 'WebAuthnCrossPlatform']) {
    if (strategies.length > 0 && !strategies.includes(strategy)) await setStrategy(harness, strategy, false, user.tenantId);
  }
  return user;
}

describe('beginning to enroll at login', () => {
  test('answers options to make a credential', async () => {
    const user = await newcomer('options');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const answer = await rest.enroll(harness, mfaToken);
    expect(answer.statusCode, answer.body).toBe(201);
    const { options, webauthnToken } = answer.json();
    expect(webauthnToken).toMatch(opaqueToken);
    expect(options).toEqual({
      rp: { id: 'id.acme.example', name: 'Sallyport' },
      user: { id: Buffer.from(user.id).toString('base64url'), name: user.email, displayName: user.email },
      challenge: expect.stringMatching(opaqueToken),
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: [],
      timeout: 60_000,
      attestation: 'none',
      authenticatorSelection: {
        authenticatorAttachment: 'cross-platform',
        requireResidentKey: false,
        residentKey: 'discouraged',
        userVerification: 'preferred',
      },
      extensions: { credProps: true },
      hints: [],
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('a built-in authenticator is no first factor while there is another, and is where there is none', async () => {
    const several = await newcomer('several');
    expect((await logIn(harness, several.email)).json().mfaStrategies).toEqual(['AuthenticatorApp', 'WebAuthnCrossPlatform']);
    const mfaToken = await mfaTokenFor(harness, several.email);
    const { options, webauthnToken } = await beginEnrollment(harness, mfaToken);
    const made = { mfaToken, webauthnToken, deviceType: 'Platform', options: createSecurityKey().create(options) };
    expectRefusal(await rest.enrollVerify(harness, made), 400, invalidType);

    const alone = await newcomer('alone', 'WebAuthnPlatform');
    const login = (await logIn(harness, alone.email)).json();
    expect(login.mfaStrategies).toEqual(['WebAuthnPlatform']);
    expect(login.qrCode).toBeUndefined();
    const begun = await beginEnrollment(harness, login.mfaToken);
    expect(begun.options).toMatchObject({ authenticatorSelection: { authenticatorAttachment: 'platform' } });
    const key = createSecurityKey({ transport: 'internal' });
    const body = { mfaToken: login.mfaToken, webauthnToken: begun.webauthnToken, deviceType: 'Platform', options: key.create(begun.options) };
    expect((await rest.enrollVerify(harness, body)).statusCode).toBe(201);
    expect(await webauthnDevices(harness, alone.email)).toMatchObject([{ deviceType: 'Platform', name: 'Platform authenticator' }]);
  });

  test('is refused without the strategy, with a factor, for a step-up, and without a login', async () => {
    const off = await newcomer('off', 'AuthenticatorApp');
    expectRefusal(await rest.enroll(harness, await mfaTokenFor(harness, off.email)), 400, invalidType);
    const app = await newcomer('app');
    const { accessToken } = await enroll(harness, app.email);
    expectRefusal(await rest.enroll(harness, await mfaTokenFor(harness, app.email)), 403, alreadyEnrolled);
    harness.clock.advance({ seconds: 60 });
    const headers = { authorization: `Bearer ${accessToken}` };
    const stepUp = await call(harness, 'POST', '/auth/v1/user/step-up/generate', { headers, body: { maxAge: 1 } });
    expectRefusal(await rest.enroll(harness, stepUp.json().mfaToken), 401, invalidMfaToken);
    expectRefusal(await rest.enroll(harness, 'unknown'), 401, invalidMfaToken);
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/mfa/webauthn/enroll', { body: {} }), 400, faults('mfaToken should not be empty'));
  });
});

test('a refusal is told as one of the kind that was open, and of none where none was: this surface does not name it', async () => {
  const told = async (id: string) => (await eventsOf(harness, id, 'MFA_FAILED')).map(({ reason, strategy }) => [reason, strategy]);
  const off = await newcomer('told-off', 'AuthenticatorApp');
  await rest.enroll(harness, await mfaTokenFor(harness, off.email));
  expect(await told(off.id)).toEqual([['STRATEGY_INACTIVE', null]]);
  const enrolled = await keyUser(harness, 'told-enrolled');
  await rest.enroll(harness, await mfaTokenFor(harness, enrolled.email));
  expect(await told(enrolled.id)).toEqual([['ALREADY_ENROLLED', 'WEBAUTHN_CROSS_PLATFORM']]);
});

describe('finishing the enrollment at login', () => {
  test('logs in, hands out the recovery code once, and binds the authenticator', async () => {
    const user = await keyUser(harness, 'finish');
    expect(user.recoveryCode).toMatch(recovery);
    expect(claimsOf(user.accessToken)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'], auth_time: expect.any(Number) });
    expect(await webauthnDevices(harness, user.email)).toEqual([{ id: user.deviceId, deviceType: 'CrossPlatform', name: 'Security key' }]);
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to }) => to === user.email)).toMatchObject([
      { template: 'NOTICE', kind: 'FACTOR_ADDED', strategy: 'WEBAUTHN_CROSS_PLATFORM' },
    ]);
  });

  test('takes the copy older clients send, without transports', async () => {
    const user = await newcomer('copy');
    const key = createSecurityKey();
    const done = await enrollAtLogin(harness, user.email, key, {}, ({ id, response: { clientDataJSON, attestationObject } }) => ({
      id,
      response: { clientDataJSON, attestationObject, getTransports: {} },
      deviceType: 'CrossPlatform',
      publicKey: {},
    }));
    expect(done.statusCode, done.body).toBe(201);
    const login = (await logIn(harness, user.email)).json();
    const { options } = (await rest.begin(harness, login.mfaToken, login.mfaDevices.webauthn[0].id)).json();
    expect(options.allowCredentials).toEqual([{ id: expect.any(String), type: 'public-key' }]);
  });

  test('a wrong answer leaves the login usable, an expired or foreign challenge is told apart, a second use refused', async () => {
    const user = await newcomer('wrong');
    const key = createSecurityKey();
    const mfaToken = await mfaTokenFor(harness, user.email);
    const body = (begun: { webauthnToken: string }, options: object, deviceType: DeviceType = 'CrossPlatform') => ({
      ...{ mfaToken, webauthnToken: begun.webauthnToken, deviceType, options },
    });
    const first = await beginEnrollment(harness, mfaToken);
    const evil = key.create(first.options, { origin: 'https://evil.example' });
    expectRefusal(await rest.enrollVerify(harness, body(first, evil)), 400, invalidCode);
    expectRefusal(await rest.enrollVerify(harness, body(first, key.create(first.options))), 400, invalidCode);
    expectRefusal(await rest.enrollVerify(harness, body({ webauthnToken: 'unknown' }, key.create(first.options))), 400, invalidCode);
    const late = await beginEnrollment(harness, mfaToken);
    harness.clock.advance({ seconds: 301 });
    expectRefusal(await rest.enrollVerify(harness, body(late, key.create(late.options))), 400, codeExpired);
    const good = await beginEnrollment(harness, mfaToken);
    const made = body(good, key.create(good.options));
    expect((await rest.enrollVerify(harness, made)).statusCode).toBe(201);
    expectRefusal(await rest.enrollVerify(harness, made), 401, invalidMfaToken);
  });

  test('bad input is told field by field, and costs nothing', async () => {
    const user = await newcomer('fields');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginEnrollment(harness, mfaToken);
    const good = createSecurityKey().create(options);
    const whole = { mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: good };
    const types = 'deviceType must be one of the following values: Platform, CrossPlatform';
    expectRefusal(
      await rest.enrollVerify(harness, {}),
      400,
      faults(types, 'webauthnToken should not be empty', 'options must be an object', 'mfaToken should not be empty'),
    );
    expectRefusal(await rest.enrollVerify(harness, { ...whole, deviceType: 'Phone' }), 400, faults(types));
    expectRefusal(
      await rest.enrollVerify(harness, { ...whole, options: { response: {} } }),
      400,
      faults('id should not be empty', 'clientDataJSON should not be empty', 'attestationObject should not be empty'),
    );
    for (let count = 1; count <= 6; count += 1) {
      const broken = { ...good, response: { ...good.response, attestationObject: '%%%' } };
      expectRefusal(await rest.enrollVerify(harness, { ...whole, options: broken }), 400, invalidCode, String(count));
    }
    expect((await rest.enrollVerify(harness, whole)).statusCode).toBe(201);
  });

  test('an assertion is no registration, and the other way round', async () => {
    const user = await keyUser(harness, 'mixed');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = (await rest.begin(harness, mfaToken, user.deviceId)).json();
    const made = user.key.get(options);
    const both = { ...made, response: { ...made.response, attestationObject: 'AAAA' } };
    expectRefusal(await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: both }), 400, invalidCode);
  });
});

test('where WebAuthn cannot work, the strategies cannot be switched on, and it is said why', async () => {
  const other = await openHarness({ settings: { PUBLIC_URL: 'http://10.0.0.5:4000' } });
  for (const strategy of ['WebAuthnPlatform', 'WebAuthnCrossPlatform']) {
    const answer = await other.send({
      method: 'POST',
      url: '/identity/resources/configurations/v1/mfa/strategies',
      headers: { authorization: `Bearer ${await other.environmentToken()}` },
      body: { strategy, isActive: true },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0]).toMatch(/^Strategy cannot be switched on: WebAuthn cannot work with PUBLIC_URL/);
  }
  await other.close();
});
