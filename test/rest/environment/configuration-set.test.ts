import { expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, identity, logIn } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectRefusal, faults, setCookie } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ settings: { CORS_ORIGINS: 'https://app.acme.example' } }));

const set = async (body: unknown) => call(harness, 'POST', '/configurations/v1', { headers: await asEnvironment(harness), body });
const read = async () =>
  (await call(harness, 'GET', '/configurations/v1', { headers: await asEnvironment(harness) })).json<Record<string, unknown>>();

test('changes what is given, answers 201 with everything, and the next login shows it', async () => {
  const before = await read();
  const change = { defaultTokenExpiration: 300, defaultRefreshTokenExpiration: 15_552_000, cookieSameSite: 'NONE', authStrategy: 'Code' };
  const answer = await set(change);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ ...before, ...change });
  expect(await read()).toEqual({ ...before, ...change });
  const login = await logIn(harness, (await createUserInTenant(harness, 'shown')).email);
  expect(login.json()).toMatchObject({ expiresIn: 300 });
  expect(setCookie(login, 'fe_refresh_')).toMatchObject({ maxAge: 15_552_000, sameSite: 'None' });
  expect((await set({ cookieSameSite: 'LAX' })).json()).toEqual({ ...before, ...change, cookieSameSite: 'LAX' });
  const events = await query(harness, "select reason from audit_events where kind = 'ENVIRONMENT_UPDATED' order by at");
  expect(events.map(({ reason }) => String(reason).split(' ').length).sort()).toEqual([1, 4]);
});

test('T41 without a list of origins no cookie is set with SameSite=None, whatever the settings say', async () => {
  const unlisted = await openHarness();
  const { email } = await createUserInTenant(unlisted, 'unlisted');
  for (const [cookieSameSite, sameSite] of [
    ['NONE', 'Lax'],
    ['STRICT', 'Strict'],
    ['LAX', 'Lax'],
  ]) {
    const answer = await call(unlisted, 'POST', '/configurations/v1', { headers: await asEnvironment(unlisted), body: { cookieSameSite } });
    expect(answer.json()).toMatchObject({ cookieSameSite });
    const login = await logIn(unlisted, email);
    expect(setCookie(login, 'fe_refresh_')).toMatchObject({ sameSite });
    const out = await call(unlisted, 'POST', '/auth/v1/logout');
    expect(String(out.headers['set-cookie'])).toContain(`SameSite=${sameSite}`);
  }
  await unlisted.close();
});

test('the object as it was read may come back; nothing to change is no fault', async () => {
  const before = await read();
  for (const body of [before, {}, { cookieSameSite: null }, { unknown: 1 }]) {
    const answer = await set(body);
    expect([answer.statusCode, answer.json()]).toEqual([201, before]);
  }
});

test('what cannot be changed is refused in words, not ignored', async () => {
  const before = await read();
  for (const [field, value, allowed] of [
    ['jwtAlgorithm', 'HS256', 'RS256'],
    ['rotateRefreshTokens', false, 'true'],
    ['apiTokensEnabled', true, 'false'],
    ['defaultPasswordlessTokenExpiration', 600, '300'],
    ['authStrategy', 'MagicLink', 'EmailAndPassword, Code'],
    ['cookieSameSite', 'Lax', 'STRICT, LAX, NONE'],
  ]) {
    const answer = await set({ defaultTokenExpiration: 600, [String(field)]: value });
    expectRefusal(answer, 400, faults(`${field} must be one of the following values: ${allowed}`), String(field));
  }
  expectRefusal(await set({ defaultTokenExpiration: 59 }), 400, faults('defaultTokenExpiration must not be less than 60'));
  expectRefusal(
    await set({ defaultRefreshTokenExpiration: 15_552_001 }),
    400,
    faults('defaultRefreshTokenExpiration must not be greater than 15552000'),
  );
  expectRefusal(await set({ defaultTokenExpiration: '600' }), 400, faults('defaultTokenExpiration must be an integer number'));
  expect(await read()).toEqual(before);
});

test('login by e-mail code needs a mail server', async () => {
  const reason = 'EmailCode needs a mail server: SMTP_URL is not set';
  const absent = await openHarness({
    ports: { delivery: { email: { available: false, reason }, sms: { available: false, reason: 'no provider' }, send: async () => undefined } },
  });
  try {
    const answer = await call(absent, 'POST', '/configurations/v1', { headers: await asEnvironment(absent), body: { authStrategy: 'Code' } });
    expectRefusal(answer, 400, faults(`Login by e-mail code cannot be switched on: ${reason}`));
  } finally {
    await absent.close();
  }
});

test('the environment alone may', async () => {
  const request = { method: 'POST' as const, url: `${identity}/configurations/v1`, body: {} };
  await expectStrangersRefused(harness, request);
  await expectUsersRefused(harness, request);
  await expectOlderHeaderServes(harness, request, 201);
});
