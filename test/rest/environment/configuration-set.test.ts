import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, identity, logIn, password } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { execute, query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { asUser, call, expectRefusal, faults, refusal, setCookie } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
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
  for (const [field, value] of [
    ['jwtAlgorithm', 'HS256'],
    ['rotateRefreshTokens', false],
    ['machineToMachineAuthStrategy', 'Passwords'],
    ['addSamlAttributesToJwt', true],
    ['allowCustomLoginTenantSwitch', true],
    ['authStrategy', 'UsernameAndPassword'],
  ]) {
    const answer = await set({ defaultTokenExpiration: 600, [String(field)]: value });
    expectRefusal(answer, 400, faults(`${field} ${value} is not supported by this server`), String(field));
  }
  expectRefusal(await set({ authStrategy: 'SmsCode' }), 400, faults('authStrategy cannot be switched on: SMS needs a provider'));
  const others = 'EmailAndPassword, Code, MagicLink, SmsCode, NoLocalAuthentication';
  expectRefusal(await set({ authStrategy: 'two words' }), 400, faults(`authStrategy must be one of the following values: ${others}`));
  expectRefusal(await set({ cookieSameSite: 'sometimes' }), 400, faults('cookieSameSite must be one of the following values: STRICT, LAX, NONE'));
  for (const [seconds, text] of [
    [59, 'less than 60'],
    [3601, 'greater than 3600'],
  ]) {
    const answer = await set({ defaultPasswordlessTokenExpiration: seconds });
    expectRefusal(answer, 400, faults(`defaultPasswordlessTokenExpiration must not be ${text}`));
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
    expectRefusal(answer, 400, faults(`authStrategy cannot be switched on: ${reason}`));
  } finally {
    await absent.close();
  }
});

test('every other setting is stored and read back, and what has no effect here is taken', async () => {
  const before = await read();
  const change = {
    ...{ addRolesToJwt: false, addPermissionsToJwt: false, forceSameDeviceOnAuth: true, allowTenantInvitations: true, forcePermissions: true },
    ...{ defaultPasswordlessTokenExpiration: 3600, authStrategy: 'MagicLink' },
  };
  const answer = await set({ ...change, cookieSameSite: 'strict', skipTenantValidation: true, jwtSecret: 'taken', publicKey: '' });
  expect([answer.statusCode, answer.json()]).toEqual([201, { ...before, ...change, cookieSameSite: 'STRICT' }]);
  const names = ['addRolesToJwt', 'addPermissionsToJwt', 'forceSameDeviceOnAuth', 'allowTenantInvitations', 'forcePermissions', 'cookieSameSite'];
  const back = Object.fromEntries([...names, 'defaultPasswordlessTokenExpiration', 'authStrategy'].map((name) => [name, before[name]]));
  expect((await set(back)).json()).toEqual(before);
});

test('tokens lack the lists of rights that the settings leave out, and the rights stay', async () => {
  const user = await createUserInTenant(harness, 'jwt-lists', { roleIds: [roleIds.admin] });
  const claims = async () => decodeJwt((await logIn(harness, user.email)).json<{ accessToken: string }>().accessToken);
  expect(await claims()).toMatchObject({ roles: ['Admin'], permissions: expect.arrayContaining(['fe.secure.*']) });
  await set({ addRolesToJwt: false });
  const withoutRoles = await claims();
  expect('roles' in withoutRoles).toBe(false);
  expect(withoutRoles).toHaveProperty('permissions');
  await set({ addRolesToJwt: true, addPermissionsToJwt: false });
  const withoutPermissions = await claims();
  expect(withoutPermissions).toMatchObject({ roles: ['Admin'] });
  expect('permissions' in withoutPermissions).toBe(false);
  expect((await call(harness, 'GET', '/configurations/v1', { headers: await asUser(harness, user.email) })).statusCode).toBe(200);
  await set({ addPermissionsToJwt: true });
});

test('without local authentication nobody gets in by a first factor of this server', async () => {
  const user = await createUserInTenant(harness, 'nobody-local');
  await set({ authStrategy: 'NoLocalAuthentication', allowSignups: true, allowNotVerifiedUsersLogin: true });
  const inactive = refusal('Invalid authentication type', 'ER-01012');
  expectRefusal(await logIn(harness, user.email), 400, inactive);
  expectRefusal(await logIn(harness, 'unknown@acme.example'), 400, inactive);
  const code = await call(harness, 'POST', '/auth/v1/passwordless/code/prelogin', { body: { email: user.email } });
  expect([code.statusCode, code.json()]).toMatchObject([400, { errorCode: 'ER-01012' }]);
  const signUp = { email: 'new@local.example', password, companyName: 'Local', name: 'New' };
  expect((await call(harness, 'POST', '/users/v1/signUp', { body: signUp })).statusCode).toBe(403);
  const link = { userId: user.id, token: 'whatever', password };
  expectRefusal(await call(harness, 'POST', '/users/v1/activate', { body: link }), 400, inactive);
  const shown = await harness.send({ url: `${identity}/configurations/v1/auth/strategies/public` });
  expect(shown.json()).toEqual({
    mainAuthStrategies: [{ strategy: 'NoLocalAuthentication' }],
    secondaryAuthStrategies: ['EmailAndPassword', 'Code', 'MagicLink', 'SmsCode'].map((strategy) => ({ strategy, isActive: false })),
  });
  await set({ authStrategy: 'EmailAndPassword', allowSignups: false, allowNotVerifiedUsersLogin: false });
});

test('any user reads the basic settings and the first factors, and strangers do not', async () => {
  const headers = await asUser(harness, (await createUserInTenant(harness, 'basic')).email);
  const basic = await call(harness, 'GET', '/configurations/v1/basic', { headers });
  expect([basic.statusCode, basic.json()]).toEqual([200, { forcePermissions: false, machineToMachineAuthStrategy: 'ClientCredentials' }]);
  const strategies = await call(harness, 'GET', '/configurations/v1/auth/strategies', { headers });
  expect(strategies.json()).toMatchObject({ mainAuthStrategies: [{ strategy: 'EmailAndPassword' }] });
  const social = await call(harness, 'GET', '/sso/v2/authenticated', { headers });
  expect([social.statusCode, social.json()]).toEqual([200, []]);
  for (const url of ['configurations/v1/basic', 'configurations/v1/auth/strategies', 'sso/v2/authenticated']) {
    await expectStrangersRefused(harness, { url: `${identity}/${url}` });
  }
});

test('an environment of an earlier release, which has the flag alone, keeps its way to log in', async () => {
  await execute(harness, 'update environments set auth_strategy = null, email_code_login = true');
  expect(await read()).toMatchObject({ authStrategy: 'Code' });
  await set({ authStrategy: 'MagicLink' });
  expect(await query(harness, 'select auth_strategy, email_code_login from environments')).toMatchObject([{ auth_strategy: 'MAGIC_LINK' }]);
  await execute(harness, 'update environments set auth_strategy = null, email_code_login = false');
  expect(await read()).toMatchObject({ authStrategy: 'EmailAndPassword' });
});

test('the environment alone may', async () => {
  const request = { method: 'POST' as const, url: `${identity}/configurations/v1`, body: {} };
  await expectStrangersRefused(harness, request);
  await expectUsersRefused(harness, request);
  await expectOlderHeaderServes(harness, request, 201);
});

test('the settings of API tokens are stored, and what anybody may read shows them', async () => {
  const change = { apiTokensEnabled: true, machineToMachineAuthStrategy: 'AccessToken' };
  const answer = await set(change);
  expect([answer.statusCode, answer.json()]).toEqual([201, expect.objectContaining(change)]);
  expect(await read()).toMatchObject(change);
  expect((await harness.send({ url: '/frontegg/identity/resources/configurations/v1/public' })).json()).toMatchObject(change);
  expect((await set({ apiTokensEnabled: false, machineToMachineAuthStrategy: 'ClientCredentials' })).statusCode).toBe(201);
});
