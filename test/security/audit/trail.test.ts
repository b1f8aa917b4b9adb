import { beforeAll, describe, expect, test } from 'vitest';
import { mfaTokenFor, password, setStrategy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, loggedIn, logOut, refreshCookie } from '../../support/requests.ts';
import { addApp, ownUser } from '../../support/self-service.ts';
import { plainSession, stepUpToken } from '../../support/step-up.ts';
import type { Expected } from '../../support/trail.ts';
import { eventOf, trailReader } from '../../support/trail.ts';
import { useHarness } from '../../support/use-harness.ts';

const nobodys = '00000000-0000-4000-8000-000000000000';
const auth = '/auth/v1/user';

const harness = useHarness(openInstances);
/** Enrolled, and logged in by a plain session. */
let dana: Awaited<ReturnType<typeof plainSession>>;
/** Without factor and permission, in a tenant that enforces nothing. */
let eve: Awaited<ReturnType<typeof ownUser>>;
beforeAll(async () => {
  dana = await plainSession(harness, 'audited');
  eve = await ownUser(harness, 'audited-eve');
});

const { rest, graphql, trailOf } = trailReader(() => harness);
const app = 'AUTHENTICATOR_APP';
const byEve = () => ({ actor: 'USER', actorId: eve.id, tenantId: eve.tenantId }) as const;
const ofDana = () => ({ userId: dana.id, tenantId: dana.tenantId });

/** Name, what is asked, and the one event it leaves. */
type Case = [string, () => Promise<() => Promise<unknown>>, () => Expected];
const held = async (cases: Case): Promise<void> => {
  const [, prepare, expected] = cases;
  const operation = await prepare();
  expect(await trailOf(operation)).toEqual([eventOf(expected())]);
};

describe('an mfaToken', () => {
  const unknown = { mfaToken: 'x'.repeat(43) };
  test.each<Case>([
    [
      'unknown at verify',
      async () => () => rest(`${auth}/mfa/verify`, { body: { ...unknown, value: '123456' } }),
      () => ({ strategy: app, ...expired }),
    ],
    [
      'unknown at the verification of a device',
      async () => () => rest(`${auth}/mfa/authenticator/x/verify`, { body: { ...unknown, value: '123456' } }),
      () => ({ strategy: app, ...expired }),
    ],
    ['unknown at enroll', async () => () => rest(`${auth}/mfa/authenticator/enroll`, { body: unknown }), () => ({ strategy: app, ...expired })],
    [
      'unknown at the confirmation, over GraphQL',
      async () => () => graphql(documents.verifyEnrollment, { ...unknown, code: '123456' }),
      () => ({ strategy: app, ...expired }),
    ],
    [
      'unknown at the sending of a mail',
      async () => () => rest(`${auth}/mfa/emailcode`, { body: unknown }),
      () => ({ strategy: 'EMAIL_CODE', ...expired }),
    ],
    [
      'unknown at a mailed code, over GraphQL',
      async () => () => graphql(documents.verifyEmailCode, { ...unknown, otcToken: 'x', code: '123456' }),
      () => ({ strategy: 'EMAIL_CODE', ...expired }),
    ],
    [
      'of a step-up whose session has ended',
      async () => {
        const gone = await plainSession(harness, 'audited-gone');
        const mfaToken = await stepUpToken(harness, gone.accessToken);
        await logOut(harness, gone.refreshToken);
        known = { userId: gone.id, tenantId: gone.tenantId };
        return () => rest(`${auth}/mfa/verify`, { body: { mfaToken, value: '123456' } });
      },
      () => ({ ...known, strategy: app, ...expired }),
    ],
    [
      'with a device that is not there',
      async () => {
        const mfaToken = await mfaTokenFor(harness, dana.email);
        return () => rest(`${auth}/mfa/authenticator/${nobodys}/verify`, { body: { mfaToken, value: '123456' } });
      },
      () => ({ ...ofDana(), kind: 'MFA_FAILED', reason: 'DEVICE_NOT_FOUND', strategy: app }),
    ],
    [
      'for an e-mail code that is switched off',
      async () => {
        const mfaToken = await mfaTokenFor(harness, dana.email);
        return () => rest(`${auth}/mfa/emailcode`, { body: { mfaToken } });
      },
      () => ({ ...ofDana(), kind: 'MFA_FAILED', reason: 'STRATEGY_INACTIVE', strategy: 'EMAIL_CODE' }),
    ],
    [
      'of a step-up for an e-mail code',
      async () => {
        await setStrategy(harness, 'EmailCode', true);
        const mfaToken = await stepUpToken(harness, dana.accessToken);
        return () => graphql(documents.verifyEmailCode, { mfaToken, otcToken: 'x', code: '123456' });
      },
      () => ({ ...ofDana(), kind: 'MFA_FAILED', reason: 'STRATEGY_INACTIVE', strategy: 'EMAIL_CODE' }),
    ],
    [
      'of a step-up to enroll with',
      async () => {
        const mfaToken = await stepUpToken(harness, dana.accessToken);
        return () => rest(`${auth}/mfa/authenticator/enroll`, { body: { mfaToken } });
      },
      () => ({ ...ofDana(), kind: 'MFA_FAILED', reason: 'WRONG_PURPOSE', strategy: app }),
    ],
    [
      'of the enrolled to enroll with',
      async () => {
        const mfaToken = await mfaTokenFor(harness, dana.email);
        return () => graphql(documents.enroll, { mfaToken });
      },
      () => ({ ...ofDana(), kind: 'MFA_FAILED', reason: 'ALREADY_ENROLLED', strategy: app }),
    ],
  ])('%s', (...one) => held(one));
  const expired = { kind: 'MFA_FAILED', reason: 'CHALLENGE_EXPIRED' };
  let known: { userId: string; tenantId: string };

  test('leaves one event when an enrollment begins, however often it is shown', async () => {
    const user = await createForcedUser(harness, 'audited-begins');
    const { mfaToken } = await run(harness, documents.logIn, { email: user.email, password });
    const begun = await trailOf(async () => {
      for (let again = 0; again < 3; again += 1) await graphql(documents.enroll, { mfaToken });
      await rest(`${auth}/mfa/authenticator/enroll`, { body: { mfaToken } });
    });
    expect(begun).toEqual([eventOf({ kind: 'ENROLLMENT_BEGUN', reason: null, userId: user.id, tenantId: user.tenantId, strategy: app })]);
  });

  test('that may not enroll this strategy', async () => {
    const user = await createForcedUser(harness, 'audited-off');
    await setStrategy(harness, 'AuthenticatorApp', false, user.tenantId);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (const send of [
      () => rest(`${auth}/mfa/authenticator/enroll`, { body: { mfaToken } }),
      () => rest(`${auth}/mfa/authenticator/enroll/verify`, { body: { mfaToken, token: '123456' } }),
    ]) {
      const facts = { userId: user.id, tenantId: user.tenantId, strategy: app };
      expect(await trailOf(send)).toEqual([eventOf({ ...facts, kind: 'MFA_FAILED', reason: 'STRATEGY_INACTIVE' })]);
    }
  });
});

describe('a login, a refresh or a link refused', () => {
  test.each<Case>([
    [
      'where nothing can be proven',
      async () => {
        const user = await createForcedUser(harness, 'audited-nothing');
        await setStrategy(harness, 'AuthenticatorApp', false, user.tenantId);
        await setStrategy(harness, 'EmailCode', false, user.tenantId);
        known = { userId: user.id, tenantId: user.tenantId };
        return () => rest(auth, { body: { email: user.email, password } });
      },
      () => ({ ...known, kind: 'LOGIN_FAILED', reason: 'NO_STRATEGY_AVAILABLE' }),
    ],
    [
      'by a code, where that is switched off',
      async () => () => rest('/auth/v1/passwordless/code/prelogin', { body: { email: dana.email } }),
      () => ({ kind: 'LOGIN_FAILED', reason: 'STRATEGY_INACTIVE', strategy: 'EMAIL_CODE' }),
    ],
    [
      'by a code, where that is switched off, over GraphQL',
      async () => () => graphql(documents.logInWithEmailCode, { loginToken: 'x', code: '123456' }),
      () => ({ kind: 'LOGIN_FAILED', reason: 'STRATEGY_INACTIVE', strategy: 'EMAIL_CODE' }),
    ],
    [
      'with too many links asked for',
      async () => {
        for (let sent = 0; sent < 5; sent += 1) await rest('/users/v1/passwords/reset', { body: { email: eve.email } });
        return () => rest('/users/v1/passwords/reset', { body: { email: eve.email } });
      },
      () => ({ kind: 'PASSWORD_RESET_FAILED', reason: 'RATE_LIMITED', userId: eve.id }),
    ],
    [
      'in a session that has ended',
      async () => {
        const { refreshToken } = await loggedIn(harness, eve.email);
        await logOut(harness, refreshToken);
        return () => rest(`${auth}/token/refresh`, { cookie: `${refreshCookie}=${refreshToken}` });
      },
      () => ({ kind: 'REFRESH_FAILED', reason: 'SESSION_EXPIRED' }),
    ],
    [
      'into a tenant of others',
      async () => {
        const { refreshToken } = await loggedIn(harness, eve.email);
        return () => rest(`${auth}/token/refresh`, { cookie: `${refreshCookie}=${refreshToken}`, body: { tenantId: dana.tenantId } });
      },
      () => ({ kind: 'REFRESH_FAILED', reason: 'FORBIDDEN', userId: eve.id, tenantId: eve.tenantId }),
    ],
    [
      'by an old refresh token',
      async () => {
        const { refreshToken } = await loggedIn(harness, eve.email);
        const refresh = () => rest(`${auth}/token/refresh`, { cookie: `${refreshCookie}=${refreshToken}` });
        await refresh();
        harness.clock.advance({ seconds: 11 });
        return refresh;
      },
      () => ({ kind: 'REFRESH_TOKEN_REUSED', reason: null, userId: eve.id, tenantId: eve.tenantId }),
    ],
  ])('%s', (...one) => held(one));
  let known: { userId: string; tenantId: string };
});

describe('what a user may not do', () => {
  const headers = () => eve.headers;
  test.each<Case>([
    [
      'a step-up without a factor',
      async () => () => rest(`${auth}/step-up/generate`, { headers: headers(), body: {} }),
      () => ({ ...byEve(), userId: eve.id, kind: 'MFA_FAILED', reason: 'NOT_ENROLLED' }),
    ],
    [
      'recovery codes without a factor',
      async () => () => graphql(documents.generateRecoveryCodes, { replaceExisting: true }, headers()),
      () => ({ ...byEve(), userId: eve.id, kind: 'MFA_FAILED', reason: 'NOT_ENROLLED' }),
    ],
    [
      'an app removed without one',
      async () => () => rest('/users/v1/mfa/disable', { headers: headers(), body: { token: '123456' } }),
      () => ({ ...byEve(), userId: eve.id, kind: 'MFA_FAILED', reason: 'NOT_ENROLLED' }),
    ],
    [
      'a device nobody remembered',
      async () => () => graphql(documents.revokeRememberedDevice, { deviceId: nobodys }, headers()),
      () => ({ ...byEve(), userId: eve.id, kind: 'REQUEST_REFUSED', reason: 'DEVICE_NOT_FOUND' }),
    ],
    [
      'a session nobody has',
      async () => () => graphql(documents.endSession, { id: nobodys }, headers()),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'SESSION_NOT_FOUND' }),
    ],
    [
      'the devices of another user',
      async () => () => graphql(documents.revokeAllRememberedDevices, { userId: dana.id }, headers()),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'USER_NOT_FOUND' }),
    ],
    [
      'the policy, over REST',
      async () => () => rest('/configurations/v1/mfa-policy', { method: 'PUT', headers: headers(), body: {} }),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
    [
      'the policy, over GraphQL',
      async () => () => graphql(documents.upsertMfaPolicy, { enforceMfaType: 'DONT_FORCE' }, headers()),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
    [
      'a strategy, refused before any service hears of it',
      async () => () => rest('/configurations/v1/mfa/strategies', { headers: headers(), body: { strategy: 'EmailCode', isActive: false } }),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
    [
      'a lock of another, over GraphQL',
      async () => () => graphql(documents.lockUser, { userId: dana.id }, headers()),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
    [
      'a tenant of others in the header, even to read',
      async () => () => rest('/users/v2/me', { method: 'GET', headers: { ...headers(), 'frontegg-tenant-id': dana.tenantId } }),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
    [
      'a tenant of others in the header, to write over GraphQL',
      async () => () => graphql(documents.upsertMfaPolicy, { enforceMfaType: 'DONT_FORCE' }, { ...headers(), 'frontegg-tenant-id': dana.tenantId }),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
    [
      'to go on in a tenant of others',
      async () => () => rest('/users/v1/tenant', { method: 'PUT', headers: headers(), body: { tenantId: dana.tenantId } }),
      () => ({ ...byEve(), kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN' }),
    ],
  ])('%s', (...one) => held(one));

  test('an own app: one event when it begins, one when a sixth is refused or the strategy is off', async () => {
    const user = await ownUser(harness, 'audited-apps');
    const facts = { actor: 'USER', actorId: user.id, userId: user.id, tenantId: user.tenantId, strategy: app } as const;
    const begin = () => rest('/users/v1/mfa/enroll', { headers: user.headers });
    expect(await trailOf(begin)).toEqual([eventOf({ ...facts, kind: 'ENROLLMENT_BEGUN', reason: null })]);
    expect(await trailOf(begin)).toEqual([]);
    for (let apps = 0; apps < 5; apps += 1) await addApp(harness, user.headers);
    expect(await trailOf(begin)).toEqual([eventOf({ ...facts, kind: 'MFA_FAILED', reason: 'FACTOR_LIMIT_REACHED' })]);
    await setStrategy(harness, 'AuthenticatorApp', false, user.tenantId);
    const confirm = () => rest('/users/v1/mfa/enroll/verify', { headers: user.headers, body: { token: '123456' } });
    for (const send of [begin, confirm]) {
      expect(await trailOf(send)).toEqual([eventOf({ ...facts, kind: 'MFA_FAILED', reason: 'STRATEGY_INACTIVE' })]);
    }
    const another = () => graphql(documents.enroll, {}, user.headers);
    const { strategy, ...asked } = facts;
    expect(await trailOf(another)).toEqual([eventOf({ ...asked, kind: 'STEP_UP_REQUIRED', reason: null })]);
  });
});
