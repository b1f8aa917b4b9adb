import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, cookiesOf, createUserInTenant, enroll, expectStatus, logIn, setPolicy } from '../../support/builders.ts';
import { audited } from '../../support/database.ts';
import { clientId } from '../../support/harness.ts';
import {
  addPasskey,
  beginLogin,
  beginRegistration,
  logInByPasskey,
  passkeyUser,
  rest,
  setPasskeys,
  withoutVerification,
} from '../../support/passkeys.ts';
import {
  call,
  claimsOf,
  expectEmpty,
  expectRefusal,
  invalidCode,
  invalidType,
  isoTime,
  refusal,
  setCookie,
  unauthorized,
  uuid,
} from '../../support/rest.ts';
import { ownUser } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';

const harness = useHarness();
beforeAll(() => setPasskeys(harness, true));

const multiFactor = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

describe('registering', () => {
  test('options come wrapped, ask the authenticator to verify its user, and list the passkeys of the user', async () => {
    const user = await passkeyUser(harness, 'options');
    const answer = await rest.begin(harness, user.headers);
    expectStatus(answer, 201);
    const { options } = answer.json();
    expect(options).toMatchObject({
      rp: { id: 'id.acme.example', name: expect.any(String) },
      user: { id: expect.any(String), name: user.email, displayName: user.email },
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      excludeCredentials: [{ id: expect.any(String), type: 'public-key' }],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      attestation: 'none',
      timeout: expect.any(Number),
    });
  });

  test('a passkey is listed, logs in, and is removed', async () => {
    const user = await ownUser(harness, 'whole');
    expectEmpty(await rest.register(harness, user.headers, createSecurityKey().create(await beginRegistration(harness, user.headers))), 201);
    const { devices } = (await rest.list(harness, user.headers)).json();
    expect(devices).toEqual([{ id: expect.stringMatching(uuid), deviceType: 'CrossPlatform', createdAt: expect.stringMatching(isoTime) }]);
    const { key } = await addPasskey(harness, user.headers, createSecurityKey({ transport: 'internal' }));
    const both = (await rest.list(harness, user.headers)).json().devices;
    expect(both.map(({ deviceType }: { deviceType: string }) => deviceType)).toEqual(['CrossPlatform', 'Platform']);
    expectStatus(await logInByPasskey(harness, { key }), 201);
    expectEmpty(await rest.remove(harness, user.headers, both[1].id), 200);
    expectRefusal(await rest.remove(harness, user.headers, both[1].id), 404, refusal('Device not found'));
    expectRefusal(await logInByPasskey(harness, { key }), 400, invalidCode);
    await harness.app.outbox.flush();
    const kinds = harness.notices
      .filter(({ to }) => to === user.email)
      .map(({ kind }) => kind)
      .sort();
    expect(kinds).toEqual(['PASSKEY_ADDED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED']);
    expect([await audited(harness, user.id, 'PASSKEY_ADDED'), await audited(harness, user.id, 'PASSKEY_REMOVED')]).toEqual([2, 1]);
  });

  test('the client may say where the authenticator is', async () => {
    const user = await ownUser(harness, 'said');
    const made = createSecurityKey().create(await beginRegistration(harness, user.headers));
    expectEmpty(await rest.register(harness, user.headers, { ...made, deviceType: 'Platform' }), 201);
    expect((await rest.list(harness, user.headers)).json().devices).toMatchObject([{ deviceType: 'Platform' }]);
  });

  test('the eleventh is refused before and after the browser has made it', async () => {
    const user = await ownUser(harness, 'eleven');
    for (let count = 0; count < 9; count += 1) await addPasskey(harness, user.headers);
    const other = (await logIn(harness, user.email)).json();
    const otherHeaders = { authorization: `Bearer ${other.accessToken}` };
    const late = createSecurityKey().create(await beginRegistration(harness, otherHeaders));
    await addPasskey(harness, user.headers);
    const full = refusal('At most 10 passkeys can be registered');
    expectRefusal(await rest.begin(harness, user.headers), 403, full);
    expectRefusal(await rest.register(harness, otherHeaders, late), 403, full);
  });

  test('only a user does any of it', async () => {
    const environment = await asEnvironment(harness);
    for (const answer of [
      await rest.list(harness, environment),
      await rest.begin(harness, environment),
      await rest.remove(harness, environment, 'x'),
    ])
      expect(answer.statusCode).toBe(403);
    for (const answer of [await rest.list(harness, {}), await rest.begin(harness, {}), await rest.remove(harness, {}, 'x')])
      expectRefusal(answer, 401, unauthorized);
  });

  test('bad input is said', async () => {
    const user = await ownUser(harness, 'bad');
    for (const body of [{}, { id: 'x' }, { id: 5, response: {} }, [], { id: 'x', response: { clientDataJSON: 'x' } }])
      expect((await rest.register(harness, user.headers, body)).statusCode, JSON.stringify(body)).toBe(400);
    expect((await rest.postlogin(harness, { id: 'x', response: {} })).statusCode).toBe(400);
    expectRefusal(
      await rest.postlogin(harness, { id: '!', response: { clientDataJSON: '!', authenticatorData: '!', signature: '!' } }),
      400,
      invalidCode,
    );
  });
});

describe('logging in', () => {
  test('sets the cookie of the passkey and drops it again', async () => {
    const user = await passkeyUser(harness, 'cookie');
    const begun = await rest.prelogin(harness, {});
    expect(setCookie(begun, 'fe_webauthn_')).toMatchObject({
      name: `fe_webauthn_${clientId.replaceAll('-', '')}`,
      ...{ httpOnly: true, secure: true, path: '/', sameSite: 'Lax', maxAge: 300 },
    });
    const answer = await rest.postlogin(harness, user.key.get(begun.json().options), cookiesOf(begun));
    expectStatus(answer, 201);
    expect(setCookie(answer, 'fe_webauthn_')).toMatchObject({ value: '' });
    expect(setCookie(answer, 'fe_refresh_')).toBeDefined();
  });

  test('without a name the authenticator chooses, and with one it is asked for those of the user', async () => {
    const user = await passkeyUser(harness, 'named');
    const { options } = await beginLogin(harness);
    expect(options).toMatchObject({ rpId: 'id.acme.example', userVerification: 'preferred', allowCredentials: [] });
    for (const about of [{ email: user.email }, { userId: user.id }]) {
      const named = await beginLogin(harness, about);
      expect(named.options.allowCredentials).toEqual([{ id: expect.any(String), type: 'public-key' }]);
      expectStatus(await rest.postlogin(harness, user.key.get(named.options), named.cookie), 201);
    }
  });

  test('one that verified its user states two factors, and asks for none of those that the user has enrolled', async () => {
    const user = await createUserInTenant(harness, 'verified');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { accessToken } = await enroll(harness, user.email);
    const { key } = await addPasskey(harness, { authorization: `Bearer ${accessToken}` });
    const answer = await logInByPasskey(harness, { key });
    expectStatus(answer, 201);
    expect(answer.json()).toMatchObject({ mfaRequired: false });
    expect(claimsOf(answer.json().accessToken)).toMatchObject({
      acr: multiFactor,
      amr: ['hwk', 'user', 'mfa'],
      auth_time: Math.floor(harness.clock.now().getTime() / 1000),
    });
  });

  test('one whose key is synced says so', async () => {
    const user = await passkeyUser(harness, 'synced', { synced: true });
    const { amr } = claimsOf((await logInByPasskey(harness, user)).json().accessToken);
    expect(amr).toEqual(expect.arrayContaining(['swk', 'user', 'mfa']));
  });

  test('one that did not verify its user counts as a password does', async () => {
    const free = await passkeyUser(harness, 'unverified');
    const answer = await logInByPasskey(harness, free, { twist: withoutVerification });
    expectStatus(answer, 201);
    expect(claimsOf(answer.json().accessToken)).not.toHaveProperty('acr');

    const user = await createUserInTenant(harness, 'challenged');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { accessToken } = await enroll(harness, user.email);
    const { key } = await addPasskey(harness, { authorization: `Bearer ${accessToken}` });
    const challenged = await logInByPasskey(harness, { key }, { twist: withoutVerification });
    expectStatus(challenged, 201);
    expect(challenged.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true, mfaToken: expect.any(String) });
    expect(challenged.json()).not.toHaveProperty('accessToken');
  });

  test('whoever must enroll is asked to, unless the passkey verified its user', async () => {
    const user = await passkeyUser(harness, 'forced');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    expect((await logInByPasskey(harness, user, { twist: withoutVerification })).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    const verified = (await logInByPasskey(harness, user)).json();
    expect(verified).toMatchObject({ mfaRequired: false });
    // It is no second factor, so the password still leads to an enrollment.
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  });

  test('while it is switched off nothing begins, and what is registered can be removed', async () => {
    const user = await passkeyUser(harness, 'off');
    const begun = await beginLogin(harness);
    const options = await beginRegistration(harness, user.headers);
    await setPasskeys(harness, false);
    try {
      expectRefusal(await rest.prelogin(harness, {}), 400, invalidType);
      expectRefusal(await rest.postlogin(harness, user.key.get(begun.options), begun.cookie), 400, invalidType);
      expectRefusal(await rest.begin(harness, user.headers), 400, invalidType);
      expectRefusal(await rest.register(harness, user.headers, createSecurityKey().create(options)), 400, invalidType);
      expect((await rest.list(harness, user.headers)).json().devices).toHaveLength(1);
      expectEmpty(await rest.remove(harness, user.headers, user.passkeyId), 200);
    } finally {
      await setPasskeys(harness, true);
    }
  });

  test('the login box learns that they are on', async () => {
    const offered = async () => (await call(harness, 'GET', '/configurations/v1/auth/strategies/public')).json().secondaryAuthStrategies;
    expect(await offered()).toContainEqual({ strategy: 'Passkeys', isActive: true });
    await setPasskeys(harness, false);
    expect(JSON.stringify(await offered())).not.toContain('Passkeys');
    await setPasskeys(harness, true);
  });
});
