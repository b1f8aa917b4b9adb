import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, cookiesOf, createTenant, createUserInTenant, enroll, expectStatus, logIn, setPolicy, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { giveGrace, personInGrace, proveMailbox } from '../../support/grace.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { addPasskey, beginRegistration, logInByPasskey, passkeyUser, rest, setPasskeys, withoutVerification } from '../../support/passkeys.ts';
import { refresh, verifyApp } from '../../support/requests.ts';
import { call, claimsOf, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey, flags } from '../../support/webauthn.ts';
import { beginProof, rest as factors, keyUser, offerWebAuthn } from '../../support/webauthn-flows.ts';

/** Whether the authenticator verified its user decides whether a second step follows. */
const harness = useHarness();
const strict = useHarness(() => openHarness({ settings: { STRICT_PASSKEYS: '1' } }));
beforeAll(async () => {
  for (const app of [harness, strict]) {
    await setPasskeys(app, true);
    await offerWebAuthn(app);
  }
});

const multiFactor = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** A user who has to have a factor, has an app, and has a passkey as well. */
async function enrolledWithPasskey(app: typeof harness, name: string) {
  const user = await createUserInTenant(app, name);
  await setPolicy(app, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 }, user.tenantId);
  const { secret, accessToken } = await enroll(app, user.email);
  const headers = { authorization: `Bearer ${accessToken}` };
  const { key, id } = await addPasskey(app, headers);
  return { ...user, secret, headers, key, passkeyId: id };
}

describe('a passkey that did not verify its user', () => {
  test('leads to the challenge, which the factor completes, and the session states the factor', async () => {
    const user = await enrolledWithPasskey(harness, 'challenged');
    const { mfaToken } = (await logInByPasskey(harness, user, { twist: withoutVerification })).json();
    harness.clock.advance({ seconds: 60 });
    const done = await verifyApp(harness, mfaToken, totp(harness, user.secret));
    expectStatus(done, 201);
    expect(claimsOf(done.json().accessToken)).toMatchObject({ acr: multiFactor, amr: ['otp', 'mfa'] });
  });

  test('is let through by a remembered device, as a password is', async () => {
    const user = await enrolledWithPasskey(harness, 'remembered');
    const { mfaToken } = (await logIn(harness, user.email)).json();
    harness.clock.advance({ seconds: 60 });
    const remembered = await verifyApp(harness, mfaToken, totp(harness, user.secret), { rememberDevice: true });
    const device = cookiesOf(remembered)
      .split('; ')
      .find((cookie) => cookie.startsWith('fe_device_'));
    const begun = await rest.prelogin(harness, {});
    const answer = user.key.get(begun.json().options, withoutVerification);
    const done = await rest.postlogin(harness, answer, `${cookiesOf(begun)}; ${device}`);
    expect(done.json()).toMatchObject({ mfaRequired: false });
    expect(claimsOf(done.json().accessToken)).not.toHaveProperty('acr');
  });

  test('is not completed by touching a security key, which may be the same one: that has to verify its user', async () => {
    const user = await keyUser(harness, 'same-key');
    const { key } = await addPasskey(harness, user.headers);
    const challenge = async () => (await logInByPasskey(harness, { key }, { twist: withoutVerification })).json().mfaToken as string;
    const proof = async (mfaToken: string, clearFlags: number) => {
      const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
      expect(options).toMatchObject({ userVerification: 'required' });
      return factors.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: user.key.get(options, { clearFlags }) });
    };
    expect((await proof(await challenge(), flags.verified)).statusCode).toBe(400);
    expectStatus(await proof(await challenge(), 0), 201);
    // After a password it does not have to.
    const { mfaToken } = (await logIn(harness, user.email)).json();
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    expect(options).toMatchObject({ userVerification: 'preferred' });
    const touched = user.key.get(options, { clearFlags: flags.verified });
    expectStatus(await factors.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: touched }), 201);
  });
});

describe('a passkey that verified its user', () => {
  test('is recent for sensitive operations, and a session by it steps up at once', async () => {
    const user = await enrolledWithPasskey(harness, 'recent');
    harness.clock.advance({ seconds: 301 });
    const { accessToken } = (await logInByPasskey(harness, user)).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    expect(await run(harness, documents.generateRecoveryCodes, {}, headers).catch(() => null)).toBeNull();
    expect(await run(harness, documents.generateStepUp, { maxAgeSeconds: 60 }, headers)).toMatchObject({ __typename: 'GenerateStepUpSuccess' });
    harness.clock.advance({ seconds: 61 });
    expect(await run(harness, documents.generateStepUp, { maxAgeSeconds: 60 }, headers)).toMatchObject({ __typename: 'StepUpChallenge' });
  });

  test('without any factor the proof serves until it is too old, and then only another login gives a new one', async () => {
    const user = await passkeyUser(harness, 'only-passkey');
    const { accessToken } = (await logInByPasskey(harness, user)).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    expect(await run(harness, documents.generateStepUp, { maxAgeSeconds: 60 }, headers)).toMatchObject({ __typename: 'GenerateStepUpSuccess' });
    harness.clock.advance({ seconds: 61 });
    expect(await run(harness, documents.generateStepUp, { maxAgeSeconds: 60 }, headers)).toMatchObject({ code: 'NOT_ENROLLED' });
  });

  test('is stated for whoever is exempt as well, and lets a session into a tenant that asks for a factor', async () => {
    const user = await createUserInTenant(harness, 'bypassed', { mfaBypass: true });
    const { key } = await addPasskey(harness, { authorization: `Bearer ${(await logIn(harness, user.email)).json().accessToken}` });
    expect(claimsOf((await logInByPasskey(harness, { key })).json().accessToken)).toMatchObject({ acr: multiFactor });

    const mover = await passkeyUser(harness, 'mover');
    const strictTenant = await createTenant(harness, 'asks-for-mfa');
    await joinTenant(harness, mover.email, strictTenant);
    const { refreshToken } = (await logInByPasskey(harness, mover)).json();
    await setPolicy(harness, { enforceMFAType: 'Force' }, strictTenant);
    const moved = await refresh(harness, refreshToken, { body: { tenantId: strictTenant } });
    expect(claimsOf(moved.json().accessToken)).toMatchObject({ tenantId: strictTenant });
  });

  test('under STRICT_PASSKEYS counts as a password does', async () => {
    const user = await enrolledWithPasskey(strict, 'strict');
    expect((await logInByPasskey(strict, user)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
    const free = await passkeyUser(strict, 'strict-free');
    const { accessToken } = (await logInByPasskey(strict, free)).json();
    expect(claimsOf(accessToken)).not.toHaveProperty('acr');
  });
});

describe('while somebody still has time to enroll', () => {
  test('a passkey is registered only after a proof of the mailbox, and then opens what the policy protects', async () => {
    const user = await personInGrace(harness, 'grace');
    expect((await rest.begin(harness, user.headers)).statusCode).toBe(403);
    const refused = await harness.graphql(documents.beginPasskeyRegistration, {}, user.headers);
    expect(refused.errors?.[0]?.extensions.code).toBe('MAILBOX_PROOF_REQUIRED');
    await proveMailbox(harness, user);
    const { key } = await addPasskey(harness, user.headers);
    harness.clock.advance({ seconds: 15 * 86_400 });
    expect((await logInByPasskey(harness, { key })).json()).toMatchObject({ mfaRequired: false });
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  });

  test('one that was begun before the enforcement is not completed without it', async () => {
    const user = await createUserInTenant(harness, 'grace-between');
    const headers = { authorization: `Bearer ${(await logIn(harness, user.email)).json().accessToken}` };
    const made = createSecurityKey().create(await beginRegistration(harness, headers));
    await giveGrace(harness, user.tenantId);
    expect((await rest.register(harness, headers, made)).statusCode).toBe(403);
  });
});

describe('passkeys end', () => {
  const held = (userId: string) => query(harness, 'select id from passkeys where user_id = $1', [userId]);

  test('with an MFA reset by an administrator, even of somebody who has no factor, who is told', async () => {
    const user = await passkeyUser(harness, 'reset');
    expectStatus(await call(harness, 'POST', `/vendor-only/users/v1/${user.id}/mfa/unenroll`, { headers: await asEnvironment(harness) }), 200);
    expect(await held(user.id)).toEqual([]);
    await harness.app.outbox.flush();
    expect(
      harness.notices
        .filter(({ to }) => to === user.email)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['PASSKEY_ADDED', 'PASSKEY_REMOVED']);
  });

  test('with a recovery, and not with the last factor', async () => {
    const user = await enrolledWithPasskey(harness, 'recovered');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    harness.clock.advance({ seconds: 60 });
    expect(await held(user.id)).toHaveLength(1);
    const other = await keyUser(harness, 'recovers');
    await addPasskey(harness, other.headers);
    const recovered = await call(harness, 'POST', '/auth/v1/user/mfa/recover', { body: { email: other.email, recoveryCode: other.recoveryCode } });
    expect(recovered.statusCode).toBeLessThan(300);
    expect(await held(other.id)).toEqual([]);
  });
});
