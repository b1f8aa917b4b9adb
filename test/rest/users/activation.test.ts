import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, identity, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { audited, execute } from '../../support/database.ts';
import { activate, activationFor, createInvited } from '../../support/first-factors.ts';
import { call, expectRefusal, faults, opaqueToken, refusal, setCookie } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const invalidToken = refusal('Invalid token');
const invited = async (name: string) => createInvited(harness, await createTenant(harness, name));
const generate = async (userId: string, tenantId?: string) =>
  call(harness, 'POST', `/users/v1/${userId}/links/generate-activation-token`, { headers: await asEnvironment(harness, tenantId) });

describe('the activation token', () => {
  test('answers 201 with link, token and user, and sends nothing', async () => {
    const user = await invited('link');
    const answer = await generate(user.id);
    expect(answer.statusCode).toBe(201);
    const { token } = answer.json<{ token: string }>();
    expect(answer.json()).toEqual({
      token: expect.stringMatching(opaqueToken),
      userId: user.id,
      link: `https://id.acme.example/oauth/account/activate?userId=${user.id}&token=${token}`,
    });
    await harness.app.outbox.flush();
    expect(harness.mail).toEqual([]);
    expect(await audited(harness, user.id, 'ACTIVATION_TOKEN_GENERATED')).toBe(1);
  });

  test('for nobody but the environment, and for users of the tenant it acts in', async () => {
    const user = await invited('link-callers');
    const request = { method: 'POST' as const, url: `${identity}/users/v1/${user.id}/links/generate-activation-token` };
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    await createTenant(harness, 'link-elsewhere');
    expectRefusal(await generate(user.id, 'link-elsewhere'), 404, refusal('User not found'));
    expectRefusal(await generate('nobody'), 404, refusal('User not found'));
    expect((await generate(user.id, 'link-callers')).statusCode).toBe(201);
  });
});

describe('activating', () => {
  test('verifies the address, sets the password and logs in with exactly 200; then the password serves', async () => {
    const user = await invited('whole');
    const { token } = await activationFor(harness, user.id);
    const answer = await activate(harness, { userId: user.id, token, password: 'correct horse battery', recaptchaToken: 'x' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ mfaRequired: false, userId: user.id, emailVerified: true, accessToken: expect.any(String) });
    expect(setCookie(answer, 'fe_refresh_')).toBeDefined();
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
    expect(await audited(harness, user.id, 'USER_ACTIVATED')).toBe(1);
    await harness.app.outbox.flush();
    expect(
      harness.mail.filter(({ to }) => to === user.email),
      'a first password is no news',
    ).toEqual([]);
  });

  test('without a password none is set', async () => {
    const user = await invited('no-password');
    const { token } = await activationFor(harness, user.id);
    expect((await activate(harness, { userId: user.id, token, password: null })).statusCode).toBe(200);
    expectRefusal(await logIn(harness, user.email), 401, refusal('Incorrect email or password'));
  });

  test('under enforcement it answers the outstanding form, without a mailed code; an enrolled user verifies', async () => {
    await setStrategy(harness, 'EmailCode', true);
    const user = await invited('forced');
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'forced');
    const { token } = await activationFor(harness, user.id);
    const answer = await activate(harness, { userId: user.id, token, password: 'correct horse battery' });
    expect(answer.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: ['AuthenticatorApp'] });
    expect(answer.json()).not.toHaveProperty('accessToken');
    const known = await enrolled(harness, 'again');
    const second = await activationFor(harness, known.id);
    expect((await activate(harness, second)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
  });

  test('works once, for 24 hours, by the newest token and for its own user', async () => {
    const [user, other] = [await invited('once'), await invited('once-other')];
    const old = await activationFor(harness, user.id);
    const { token } = await activationFor(harness, user.id);
    for (const body of [old, { userId: other.id, token }, { userId: user.id, token: 'unknown' }, { userId: 'nobody', token }]) {
      expectRefusal(await activate(harness, body), 400, invalidToken);
    }
    expect((await activate(harness, { userId: user.id, token })).statusCode).toBe(200);
    expectRefusal(await activate(harness, { userId: user.id, token }), 400, invalidToken, 'again');
    const late = await activationFor(harness, other.id);
    harness.clock.advance({ seconds: 86_400 });
    expectRefusal(await activate(harness, late), 400, invalidToken, 'a day later');
    expect(await audited(harness, other.id, 'LOGIN_FAILED', 'INVALID_TOKEN')).toBe(1);
  });

  test('a bad password is refused in words and costs no token; so is a locked user', async () => {
    const user = await createUserInTenant(harness, 'rules');
    const { token } = await activationFor(harness, user.id);
    const send = (password: unknown) => activate(harness, { userId: user.id, token, password });
    for (const short of ['', 'seven77']) expectRefusal(await send(short), 400, faults('Password must be at least 8 characters long'));
    expectRefusal(await send('x'.repeat(129)), 400, faults('Password must be at most 128 characters long'));
    expectRefusal(await send(5), 400, faults('password must be a string'));
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expectRefusal(await send(null), 401, refusal('User is locked out', 'ER-01034'));
    await execute(harness, 'update users set locked = false where id = $1', [user.id]);
    expect((await send('a new and long password')).statusCode).toBe(200);
    expectRefusal(await logIn(harness, user.email), 401, refusal('Incorrect email or password'), 'the old one');
  });

  test('userId and token are required texts', async () => {
    for (const body of [{}, { userId: null, token: '' }]) {
      expectRefusal(await activate(harness, body), 400, faults('userId should not be empty', 'token should not be empty'));
    }
    expectRefusal(await activate(harness, { userId: 5, token: ['x'] }), 400, faults('userId must be a string', 'token must be a string'));
  });
});
