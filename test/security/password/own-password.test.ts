import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, expectStatus, logIn, password, setPolicy, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { resetPassword, resetTokenFor } from '../../support/first-factors.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { loggedIn, me, verifyApp } from '../../support/requests.ts';
import { asUser, call, expectEmpty, expectRefusal, refusal, unauthorized } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ settings: { STRICT_STEP_UP: '1' } }));
const newPassword = 'zebras cross at noon';
const change = (headers: Record<string, string>, body: object) => call(harness, 'POST', '/users/v1/passwords/change', { headers, body });
const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
const logInBy = (email: string, secret: string) => call(harness, 'POST', '/auth/v1/user', { body: { email, password: secret } });
const incorrect = refusal('Incorrect password');

describe('T37 a user changes the password', () => {
  test('by knowing the old one: other sessions and links end, the session of the call stays, and a notice is sent', async () => {
    const { id, email } = await createUserInTenant(harness, 'changes');
    const [mine, other] = [await loggedIn(harness, email), await loggedIn(harness, email)];
    const link = await resetTokenFor(harness, email);
    expectEmpty(await change(bearer(mine.accessToken), { password, newPassword }), 201);
    expectStatus(await me(harness, mine.accessToken), 200);
    expectRefusal(await me(harness, other.accessToken), 401, unauthorized);
    expectRefusal(await resetPassword(harness, { ...link, password: 'another zebra crossing' }), 400, refusal('Invalid token'));
    expectStatus(await logIn(harness, email), 401);
    expectStatus(await logInBy(email, newPassword), 200);
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to }) => to === email).map(({ kind }) => kind)).toEqual(['OWN_PASSWORD_CHANGED']);
    expect(await query(harness, "select reason, actor_id from audit_events where kind = 'PASSWORD_CHANGED' and user_id = $1", [id])).toEqual([
      { reason: 'BY_USER', actor_id: id },
    ]);
  });

  test('never by a wrong one, which counts like at a login and locks at the last one', async () => {
    const { id, email, tenantId } = await createUserInTenant(harness, 'guesses');
    const vendor = await asEnvironment(harness, tenantId);
    expectStatus(await call(harness, 'POST', '/configurations/v1/lockout-policy', { headers: vendor, body: { enabled: true, maxAttempts: 3 } }), 201);
    const headers = await asUser(harness, email);
    for (const wrong of ['', 'wrong']) expectRefusal(await change(headers, { password: wrong, newPassword }), 400, incorrect);
    // The third wrong one locks, and ends the session that guessed.
    expectRefusal(await change(headers, { password: 'wrong', newPassword }), 400, incorrect);
    expectRefusal(await change(headers, { password, newPassword }), 401, unauthorized);
    expectRefusal(await logIn(harness, email), 401, refusal('User is locked out', 'ER-01034'));
    expect(await query(harness, 'select locked from users where id = $1', [id])).toHaveLength(1);
  });

  test('of many wrong ones at once no more are checked than the policy allows', async () => {
    const { email, tenantId } = await createUserInTenant(harness, 'parallel');
    const vendor = await asEnvironment(harness, tenantId);
    expectStatus(await call(harness, 'POST', '/configurations/v1/lockout-policy', { headers: vendor, body: { enabled: true, maxAttempts: 5 } }), 201);
    const headers = await asUser(harness, email);
    const answers = await Promise.all(Array.from({ length: 12 }, () => change(headers, { password: 'wrong', newPassword })));
    expect(answers.filter(({ statusCode }) => statusCode === 400).length).toBeLessThanOrEqual(5);
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toEqual([]);
  });

  test('with a fresh factor where one is enrolled', async () => {
    const { email, tenantId } = await createUserInTenant(harness, 'factor');
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    const { secret } = await enroll(harness, email);
    const { mfaToken } = await loggedIn(harness, email);
    const answer = await verifyApp(harness, mfaToken, totp(harness, secret));
    expectStatus(answer, 201);
    const headers = bearer(answer.json<{ accessToken: string }>().accessToken);
    harness.clock.advance({ seconds: 301 });
    expectRefusal(await change(headers, { password, newPassword }), 401, refusal('Step-up required'));
    const document = mutation('changePassword', 'changed');
    const { errors } = (
      await harness.send({ method: 'POST', url: '/graphql', headers, body: { query: document, variables: { input: { password, newPassword } } } })
    ).json();
    expect(errors[0].extensions.code).toBe('STEP_UP_REQUIRED');
  });

  test('once, whatever runs in parallel, because the hash must still be the one that was checked', async () => {
    const { email } = await createUserInTenant(harness, 'once');
    const sessions = await Promise.all([loggedIn(harness, email), loggedIn(harness, email)]);
    const answers = await Promise.all(
      sessions.map(({ accessToken }, number) => change(bearer(accessToken), { password, newPassword: `zebra number ${number} crosses` })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    const works = await Promise.all([0, 1].map((number) => logInBy(email, `zebra number ${number} crosses`)));
    expect(works.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
  });

  test('over GraphQL with the same rules', async () => {
    const { email } = await createUserInTenant(harness, 'graphql');
    const headers = await asUser(harness, email);
    const document = mutation('changePassword', 'changed');
    expect(await run(harness, document, { password: 'wrong', newPassword }, headers)).toMatchObject({
      ...{ __typename: 'IncorrectPasswordError', code: 'INCORRECT_PASSWORD', path: ['input', 'password'] },
    });
    expect(await run(harness, document, { password, newPassword: 'short' }, headers)).toMatchObject({
      __typename: 'InvalidInputError',
      path: ['input', 'newPassword'],
    });
    expect(await run(harness, document, { password, newPassword }, headers)).toMatchObject({ changed: true });
  });
});

test('an operator sets a password without the old one, and every session of the user ends', async () => {
  const { id, email } = await createUserInTenant(harness, 'operated');
  const { accessToken } = await loggedIn(harness, email);
  const vendor = await asEnvironment(harness);
  expectRefusal(await change(vendor, { newPassword }), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
  expectRefusal(await change({ ...vendor, 'frontegg-user-id': 'nobody' }, { newPassword }), 404, refusal('User not found'));
  expectEmpty(await change({ ...vendor, 'frontegg-user-id': id }, { password: 'whatever', newPassword }), 201);
  expectRefusal(await me(harness, accessToken), 401, unauthorized);
  expectStatus(await logInBy(email, newPassword), 200);
});

test('what is refused is recorded by its kind alone, and no password is anywhere in the trail', async () => {
  const { id, email } = await createUserInTenant(harness, 'recorded');
  const headers = await asUser(harness, email);
  for (const weak of ['password1', 'zx']) expectStatus(await change(headers, { password, newPassword: weak }), 400);
  const events = await query(harness, 'select * from audit_events where user_id = $1', [id]);
  expect(events.filter(({ kind }) => kind === 'PASSWORD_REFUSED').map(({ reason }) => reason)).toEqual(['weak', 'weak']);
  expect(JSON.stringify(events)).not.toMatch(/password1|correct horse/);
});
