import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant, logIn, mfaTokenFor, setPolicy, setStrategy } from '../../support/builders.ts';
import {
  claimsOf,
  codeExpired,
  expectRefusal,
  faults,
  invalidCode,
  invalidMfaToken,
  opaqueToken,
  refusal,
  tooMany,
  uuid,
} from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { beginProof, keyUser, logInWithKey, offerWebAuthn, rest, webauthnDevices } from '../../support/webauthn-flows.ts';

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
const harness = useHarness();
beforeAll(() => offerWebAuthn(harness));

describe('beginning to prove a WebAuthn authenticator', () => {
  test('answers options for that one authenticator, a new challenge each time', async () => {
    const user = await keyUser(harness, 'begin');
    const login = (await logIn(harness, user.email)).json();
    expect(login).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
    expect(login.mfaDevices).toEqual({
      webauthn: [{ id: expect.stringMatching(uuid), deviceType: 'CrossPlatform', name: 'Security key' }],
      phones: [],
      authenticators: [],
      emails: [],
    });
    const first = await rest.begin(harness, login.mfaToken, user.deviceId);
    expect(first.statusCode).toBe(201);
    const { options, webauthnToken } = first.json();
    expect(webauthnToken).toMatch(opaqueToken);
    expect(options).toEqual({
      challenge: expect.stringMatching(opaqueToken),
      allowCredentials: [{ id: expect.stringMatching(/^[\w-]+$/), type: 'public-key', transports: ['usb'] }],
      timeout: 60_000,
      rpId: 'id.acme.example',
      userVerification: 'preferred',
    });
    expect(first.headers['cache-control']).toBe('no-store');
    const second = await beginProof(harness, login.mfaToken, user.deviceId);
    expect(second.options.challenge).not.toBe(options.challenge);
    expect(second.webauthnToken).not.toBe(webauthnToken);
  });

  test('refuses devices that are not this user’s, or no WebAuthn authenticator', async () => {
    const [one, other] = [await keyUser(harness, 'begin-one'), await keyUser(harness, 'begin-other')];
    const mfaToken = await mfaTokenFor(harness, one.email);
    for (const deviceId of [other.deviceId, 'unknown', one.id]) {
      expectRefusal(await rest.begin(harness, mfaToken, deviceId), 404, refusal('Device not found'), deviceId);
    }
    expectRefusal(await rest.begin(harness, 'unknown', one.deviceId), 401, invalidMfaToken);
    expectRefusal(await harness.send({ method: 'POST', url: `/identity/resources/auth/v1/user/mfa/webauthn/${one.deviceId}`, body: {} }), 400, {
      ...faults('mfaToken should not be empty'),
    });
  });
});

describe('verifying a WebAuthn authenticator', () => {
  test('logs in with tokens that say so, and keeps the cookies', async () => {
    const user = await keyUser(harness, 'login');
    const answer = await logInWithKey(harness, user);
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ tokenType: 'bearer', mfaRequired: false, userEmail: user.email });
    expect(answer.json().recoveryCode).toBeUndefined();
    expect(claimsOf(answer.json().accessToken)).toMatchObject({ acr, amr: ['pwd', 'hwk', 'mfa'], auth_time: expect.any(Number) });
    expect(answer.cookies.map(({ name }) => name.slice(0, 11))).toEqual(['fe_refresh_']);
  });

  test.each([
    ['ES256', 'usb'],
    ['RS256', 'usb'],
    ['EdDSA', 'internal'],
  ] as const)('takes keys of %s, transport %s', async (algorithm, transport) => {
    const user = await keyUser(harness, `algorithm-${algorithm.toLowerCase()}`, { algorithm, transport });
    expect((await logInWithKey(harness, user)).statusCode).toBe(201);
    expect((await logInWithKey(harness, user)).statusCode).toBe(201);
  });

  test('a synced passkey is named swk, and hwk beside it for clients that know no other word', async () => {
    const user = await keyUser(harness, 'synced', { synced: true });
    expect(claimsOf(user.accessToken)).toMatchObject({ acr, amr: ['pwd', 'swk', 'hwk', 'mfa'] });
    expect(claimsOf((await logInWithKey(harness, user)).json().accessToken)).toMatchObject({ acr, amr: ['pwd', 'swk', 'hwk', 'mfa'] });
  });

  test('takes the answer as older clients copy it: without rawId, type and user handle, with extras and padding', async () => {
    const user = await keyUser(harness, 'copies');
    for (const userHandle of [null, undefined, '']) {
      const bare = await logInWithKey(harness, user, {}, ({ id, response: { clientDataJSON, authenticatorData, signature } }) => ({
        id,
        response: { clientDataJSON, authenticatorData, signature, ...(userHandle === undefined ? {} : { userHandle }) },
      }));
      expect(bare.statusCode, bare.body).toBe(201);
    }
    const extras = { publicKey: {}, getClientExtensionResults: {}, authenticatorAttachment: 'cross-platform' };
    const full = await logInWithKey(harness, user, {}, (made) => ({ ...made, ...extras }));
    expect(full.statusCode, full.body).toBe(201);
    const padded = await logInWithKey(harness, user, {}, (made) => ({ ...made, id: `${made.id}=`, rawId: `${made.rawId}=` }));
    expect(padded.statusCode, padded.body).toBe(201);
  });

  test('the challenge lives five minutes', async () => {
    const user = await keyUser(harness, 'late');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: user.key.get(options) }), 400, codeExpired);
    const again = await beginProof(harness, mfaToken, user.deviceId);
    harness.clock.advance({ seconds: 299 });
    const done = await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken: again.webauthnToken, options: user.key.get(again.options) });
    expect(done.statusCode, done.body).toBe(201);
  });

  test('only the newest challenge of a login counts', async () => {
    const user = await keyUser(harness, 'newest');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const first = await beginProof(harness, mfaToken, user.deviceId);
    const second = await beginProof(harness, mfaToken, user.deviceId);
    const answer = (begun: typeof first) => ({ mfaToken, webauthnToken: begun.webauthnToken, options: user.key.get(begun.options) });
    expectRefusal(await rest.verify(harness, user.deviceId, answer(first)), 400, invalidCode);
    expect((await rest.verify(harness, user.deviceId, answer(second))).statusCode).toBe(201);
  });

  test('keeps verifying when the strategy is switched off, and steps a session up', async () => {
    const user = await keyUser(harness, 'switched-off');
    await setStrategy(harness, 'WebAuthnCrossPlatform', false, user.tenantId);
    expect((await logInWithKey(harness, user)).statusCode).toBe(201);
    const url = '/identity/resources/auth/v1/user/step-up/generate';
    harness.clock.advance({ seconds: 400 });
    const generated = await harness.send({ method: 'POST', url, headers: user.headers, body: { maxAge: 60 } });
    const { mfaToken, mfaDevices } = generated.json();
    expect(mfaDevices.webauthn).toHaveLength(1);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    const raised = await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: user.key.get(options) });
    expect(claimsOf(raised.json().accessToken)).toMatchObject({ acr, amr: ['pwd', 'hwk', 'mfa'] });
  });

  test('a fifth wrong answer still says so and kills the login; the budget is shared by all WebAuthn authenticators', async () => {
    const user = await keyUser(harness, 'budget');
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (let count = 1; count <= 5; count += 1) {
      const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
      const wrong = user.key.get(options, { clientData: { origin: 'https://evil.example' } });
      expectRefusal(await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: wrong }), 400, invalidCode, String(count));
    }
    expectRefusal(await rest.begin(harness, mfaToken, user.deviceId), 401, invalidMfaToken);
    const limited = await logInWithKey(harness, user);
    expectRefusal(limited, 429, tooMany);
    harness.clock.advance({ seconds: 900 });
    expect((await logInWithKey(harness, user)).statusCode).toBe(201);
  });

  test('bad input is told field by field, and costs nothing', async () => {
    const user = await keyUser(harness, 'bad-input');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    const good = user.key.get(options);
    const send = (body: object) => rest.verify(harness, user.deviceId, body);
    const whole = { mfaToken, webauthnToken, options: good };
    expectRefusal(await send({}), 400, faults('webauthnToken should not be empty', 'options must be an object', 'mfaToken should not be empty'));
    expectRefusal(await send({ ...whole, options: null }), 400, faults('options must be an object'));
    expectRefusal(await send({ ...whole, options: 'x' }), 400, faults('options must be an object'));
    expectRefusal(await send({ ...whole, options: { response: {} } }), 400, {
      ...faults(
        'id should not be empty',
        'clientDataJSON should not be empty',
        'authenticatorData should not be empty',
        'signature should not be empty',
      ),
    });
    expectRefusal(await send({ ...whole, options: { ...good, id: 5 } }), 400, faults('id must be a string'));
    expectRefusal(await send({ ...whole, rememberDevice: 'yes' }), 400, faults('rememberDevice must be a boolean value'));
    const bytes = { ...good.response, signature: 'not base64url!' };
    const malformed = [
      { ...good, response: bytes },
      { ...good, type: 'password' },
      { ...good, rawId: 'other' },
      { ...good, id: 'A'.repeat(1368) },
    ];
    for (const options of malformed) expectRefusal(await send({ ...whole, options }), 400, invalidCode, JSON.stringify(options).slice(0, 80));
    // Six more wrong shapes than a login may have wrong answers, and the challenge is still good.
    expect((await send(whole)).statusCode).toBe(201);
  });

  test('remembers the device where the policy allows it', async () => {
    const user = await keyUser(harness, 'remember', {}, { allowRememberMyDevice: true, mfaDeviceExpiration: 3600 });
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    const body = { mfaToken, webauthnToken, options: user.key.get(options), rememberDevice: true };
    const answer = await rest.verify(harness, user.deviceId, body);
    expect(answer.cookies.map(({ name }) => name.slice(0, 10)).sort()).toEqual(['fe_device_', 'fe_refresh']);
  });
});

test('a user without WebAuthn sees an empty list', async () => {
  const user = await createUserInTenant(harness, 'none');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  expect((await logIn(harness, user.email)).json().mfaStrategies).toEqual(['AuthenticatorApp', 'WebAuthnCrossPlatform']);
  await expect(webauthnDevices(harness, user.email)).rejects.toThrow();
});
