import { beforeEach, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, expectStatus, logIn, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { logInByCode, loginCodeFor, resetPassword } from '../../support/first-factors.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { newRequest, openHostedLogin, signInOverPages } from '../../support/oauth.ts';
import { loggedIn, refresh, verifyApp } from '../../support/requests.ts';
import { call, expectEmpty } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness();
const hour = 3_600;
const rotate = async (body: object): Promise<void> =>
  expectEmpty(await call(harness, 'POST', '/configurations/v1/password-rotation', { headers: await asEnvironment(harness), body }), 200);
const newPassword = 'zebras cross at noon';
const logInBy = (email: string, password: string) => call(harness, 'POST', '/auth/v1/user', { body: { email, password } });

beforeEach(() => rotate({ isActive: false, rotationPeriod: 600, notificationPeriod: 60 }));

describe('T38 a login with an expired password', () => {
  test('leads to no session and no token but one that sets a new password, which then logs in', async () => {
    const { id, email } = await createUserInTenant(harness, 'expired');
    const before = await loggedIn(harness, email);
    await rotate({ isActive: true });
    harness.clock.advance({ seconds: 9 * hour });
    expect(await loggedIn(harness, email)).toMatchObject({ passwordExpiresIn: 60, notificationPeriod: 60, accessToken: expect.any(String) });
    harness.clock.advance({ seconds: hour });
    const answer = await logIn(harness, email);
    expectStatus(answer, 200);
    expect(answer.json()).toEqual({
      ...{ tokenType: 'bearer', mfaRequired: false, userId: id, userEmail: email, resetPasswordToken: expect.stringMatching(/^[\w-]{43}$/) },
    });
    expect(answer.cookies).toEqual([]);
    // Sessions that live go on: only a login asks for the age of the password.
    expectStatus(await refresh(harness, before.refreshToken), 200);
    const { resetPasswordToken: token } = answer.json<{ resetPasswordToken: string }>();
    expectEmpty(await resetPassword(harness, { userId: id, token, password: newPassword }), 201);
    const after = await logInBy(email, newPassword);
    expect(after.json()).toMatchObject({ accessToken: expect.any(String) });
    expect(after.json()).not.toHaveProperty('passwordExpiresIn');
    expect(await query(harness, "select reason from audit_events where kind = 'PASSWORD_EXPIRED' and user_id = $1", [id])).toHaveLength(1);
  });

  test('asks for the second factor first, so that a stolen password alone is not swapped for a new one', async () => {
    const { id, email, tenantId } = await createUserInTenant(harness, 'expired-factor');
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    const { secret } = await enroll(harness, email);
    await rotate({ isActive: true });
    harness.clock.advance({ seconds: 11 * hour });
    const login = await loggedIn(harness, email);
    expect(login).toMatchObject({ mfaRequired: true, mfaToken: expect.any(String) });
    expect(login).not.toHaveProperty('resetPasswordToken');
    const wrong = await verifyApp(harness, login.mfaToken, wrongTotp(harness, secret));
    expectStatus(wrong, 400);
    expect(wrong.body).not.toContain('resetPasswordToken');
    const tokens = () => query(harness, "select id from user_tokens where user_id = $1 and purpose = 'PASSWORD_RESET'", [id]);
    expect(await tokens()).toEqual([]);
    const right = await verifyApp(harness, login.mfaToken, totp(harness, secret));
    expectStatus(right, 201);
    expect(Object.keys(right.json()).sort()).toEqual(['mfaRequired', 'resetPasswordToken', 'tokenType', 'userEmail', 'userId']);
    expect(right.cookies).toEqual([]);
    // The code and the mfaToken are spent, whatever the login led to.
    expectStatus(await verifyApp(harness, login.mfaToken, totp(harness, secret)), 401);
    // The only session is that of the enrollment.
    expect(await query(harness, 'select id from sessions where user_id = $1', [id])).toHaveLength(1);
  });

  test('is not asked about where the password was not used', async () => {
    const { email } = await createUserInTenant(harness, 'expired-code');
    await rotate({ isActive: true });
    harness.clock.advance({ seconds: 11 * hour });
    const headers = await asEnvironment(harness);
    expectStatus(await call(harness, 'POST', '/configurations/v1', { headers, body: { authStrategy: 'Code' } }), 201);
    const { cookie, code } = await loginCodeFor(harness, email);
    expect((await logInByCode(harness, code, cookie)).json()).toHaveProperty('accessToken');
    const again = await asEnvironment(harness);
    expectStatus(await call(harness, 'POST', '/configurations/v1', { headers: again, body: { authStrategy: 'EmailAndPassword' } }), 201);
  });

  test('says the same over GraphQL', async () => {
    const { email } = await createUserInTenant(harness, 'expired-graphql');
    await rotate({ isActive: true });
    harness.clock.advance({ seconds: 11 * hour });
    const document = documents.logIn.replace(
      '... on UserError {',
      '... on PasswordExpiredError { userId resetPasswordToken resetPasswordTokenExpiresAt } ... on UserError {',
    );
    const answer = await run(harness, document, { email, password: 'correct horse battery' });
    expect(answer).toMatchObject({ __typename: 'PasswordExpiredError', code: 'PASSWORD_EXPIRED', resetPasswordToken: expect.any(String) });
  });

  test('on the pages leads to the page for a new password, and the sign-in goes on with it', async () => {
    const { email } = await createUserInTenant(harness, 'expired-pages');
    await openHostedLogin(harness);
    await rotate({ isActive: true });
    harness.clock.advance({ seconds: 11 * hour });
    const agent = createUserAgent(harness);
    const shown = await signInOverPages(agent, await agent.open(newRequest().url), email);
    expect(shown.heading, `${shown.alert} ${shown.steps.join()}`).toBe('Choose a new password');
    expect(shown.html).toContain('Your password has expired');
    const [form] = shown.forms;
    if (form === undefined) throw new Error('no form');
    const done = await agent.submit(shown, form, { password: newPassword });
    expect(done.html).toContain('Your new password is set');
    expectStatus(await logInBy(email, newPassword), 200);
  });
});

test('the shortest active period of the environment and the tenants counts, those of tenants only while they may have one', async () => {
  const { email, tenantId } = await createUserInTenant(harness, 'tenant-rotation');
  const tenant = await asEnvironment(harness, tenantId);
  const allow = async (allowed: boolean) =>
    expectStatus(
      await call(harness, 'POST', '/configurations/v1', {
        headers: await asEnvironment(harness),
        body: { allowOverridePasswordExpiration: allowed },
      }),
      201,
    );
  await allow(true);
  expectEmpty(
    await call(harness, 'POST', '/configurations/v1/password-rotation', { headers: tenant, body: { isActive: true, rotationPeriod: 30 } }),
    200,
  );
  harness.clock.advance({ seconds: 31 * 60 });
  expect((await logIn(harness, email)).json()).toHaveProperty('resetPasswordToken');
  await allow(false);
  expect((await logIn(harness, email)).json()).toHaveProperty('accessToken');
});
