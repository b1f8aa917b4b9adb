import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, expectStatus } from '../../support/builders.ts';
import { activate, activationFor, createInvited, resetPassword, resetTokenFor } from '../../support/first-factors.ts';
import { documents, mutation, run } from '../../support/graphql-documents.ts';
import { asUser, call, expectEmpty, expectRefusal, faults, forbidden, joinTenant, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
let tenant: Record<string, string>;
let admin: Record<string, string>;
let member: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  tenant = await asEnvironment(harness, await createTenant(harness, 'acme'));
  admin = await asUser(harness, (await createUser(harness, 'acme', 'admin@acme.example', { roleIds: [roleIds.admin] })).email);
  member = await asUser(harness, (await createUser(harness, 'acme', 'member@acme.example')).email);
});

const policyUrl = '/configurations/v1/password';
const historyUrl = '/configurations/v1/password-history-policy';
const rotationUrl = '/configurations/v1/password-rotation';
const get = (path: string, headers: Record<string, string> = {}) => call(harness, 'GET', path, { headers });
const post = (path: string, body: unknown, headers = environment) => call(harness, 'POST', path, { headers, body });
const allow = (change: object) => post('/configurations/v1', change);
const defaults = {
  ...{ allowPassphrases: false, minPhraseLength: 20, minLength: 8, maxLength: 128, minOptionalTestsToPass: 0, blockPwnedPasswords: false },
};
const off = {
  ...{ requireLowercase: false, requireUppercase: false, requireNumbers: false, requireSpecialChars: false, checkThreeRepeatedChars: false },
};

describe('the policy', () => {
  test('answers the defaults until somebody sets it, merges field by field, and shows the two objects only once they were set', async () => {
    for (const headers of [environment, tenant, admin]) expect((await get(policyUrl, headers)).json()).toEqual(defaults);
    const first = await post(policyUrl, { minLength: 6, requiredTests: { requireNumbers: true }, unknown: 1 });
    expectStatus(first, 201);
    expect(first.json()).toEqual({ ...defaults, minLength: 6, requiredTests: { ...off, requireNumbers: true } });
    const second = await post(policyUrl, { requiredTests: { requireLowercase: true }, optionalTests: {}, maxLength: null });
    const requiredTests = { ...off, requireNumbers: true, requireLowercase: true };
    expect(second.json()).toEqual({ ...defaults, minLength: 6, requiredTests, optionalTests: off });
    // A tenant that has set nothing has the values of the environment.
    expect((await get(policyUrl, tenant)).json()).toEqual(second.json());
    expectStatus(await post(policyUrl, { minLength: 8, requiredTests: off }), 201);
  });

  test.each([
    [{ minLength: 5 }, 'minLength must not be less than 6'],
    [{ maxLength: 129 }, 'maxLength must not be greater than 128'],
    [{ minLength: 20, maxLength: 19 }, 'maxLength must not be less than minLength'],
    [{ minPhraseLength: 7 }, 'minPhraseLength must not be less than 8'],
    [{ minOptionalTestsToPass: 6 }, 'minOptionalTestsToPass must not be greater than 5'],
    [{ blockPwnedPasswords: true }, 'blockPwnedPasswords true is not supported by this server'],
    [{ allowPassphrases: 'yes' }, 'allowPassphrases must be a boolean value'],
  ])('%j is refused', async (body, text) => {
    const before = (await get(policyUrl, environment)).json();
    expectRefusal(await post(policyUrl, body), 400, faults(text));
    expect((await get(policyUrl, environment)).json()).toEqual(before);
  });

  test('of a tenant is written, and counts, only while the environment lets tenants have one', async () => {
    for (const headers of [tenant, admin]) expectRefusal(await post(policyUrl, { minLength: 12 }, headers), 403, forbidden);
    expectStatus(await allow({ allowOverridePasswordComplexity: true }), 201);
    expectRefusal(await post(policyUrl, { minLength: 12 }, member), 403, forbidden);
    expect((await post(policyUrl, { minLength: 12 }, admin)).json()).toMatchObject({ minLength: 12, maxLength: 128 });
    const body = { email: 'twelve@acme.example', tenantId: 'acme', password: 'zxkqvjwb' };
    expectRefusal(await post('/vendor-only/users/v1', body), 400, faults('Password must be at least 12 characters long'));
    await allow({ allowOverridePasswordComplexity: false });
    expectStatus(await post('/vendor-only/users/v1', body), 201);
    await allow({ allowOverridePasswordComplexity: true });
    expectStatus(await post(policyUrl, { minLength: 8 }, tenant), 201);
  });

  test('in force for a user is the strictest of the environment and all tenants of the user, and anybody may read it', async () => {
    const { id, email } = await createUser(harness, 'acme', 'strict@acme.example');
    await createTenant(harness, 'stricter');
    await joinTenant(harness, email, 'stricter');
    expectStatus(await post(policyUrl, { minLength: 14 }, await asEnvironment(harness, 'stricter')), 201);
    expect((await get(`/users/v1/passwords/config?userId=${id}`)).json()).toMatchObject({ minLength: 14 });
    for (const path of ['', '?userId=nobody', '?userId='])
      expect((await get(`/users/v1/passwords/config${path}`)).json()).toMatchObject({ minLength: 8 });
    const link = await resetTokenFor(harness, email);
    expectRefusal(await resetPassword(harness, { ...link, password: 'zxkqvjwbzxkqv' }), 400, faults('Password must be at least 14 characters long'));
    expectEmpty(await resetPassword(harness, { ...link, password: 'zxkqvjwbzxkqvj' }), 201);
  });
});

/** Every way to set a password. Each answers the texts of the refusal, or null. */
const ways: Record<string, (name: string, password: string) => Promise<string[] | null>> = {
  'creation by an environment token': async (name, password) =>
    textsOf(await post('/vendor-only/users/v1', { email: `${name}@acme.example`, tenantId: 'acme', password })),
  'an invitation by an environment token': async (name, password) =>
    textsOf(await post('/users/v2', { email: `${name}@acme.example`, password, skipInviteEmail: true }, tenant)),
  'a sign-up': async (name, password) =>
    textsOf(await call(harness, 'POST', '/users/v1/signUp', { body: { email: `${name}@acme.example`, companyName: 'Company', password } })),
  'an activation': async (name, password) => {
    const { id } = await createInvited(harness, await createTenant(harness, name));
    return textsOf(await activate(harness, { ...(await activationFor(harness, id)), password }));
  },
  'a mailed link': async (name, password) => {
    const { email } = await createUser(harness, 'acme', `${name}@acme.example`);
    return textsOf(await resetPassword(harness, { ...(await resetTokenFor(harness, email)), password }));
  },
  'a generated link': async (name, password) => {
    const { id } = await createUser(harness, 'acme', `${name}@acme.example`);
    const made = await call(harness, 'POST', `/users/v1/${id}/links/generate-password-reset-token`, { headers: environment });
    return textsOf(await resetPassword(harness, { userId: id, token: made.json<{ token: string }>().token, password }));
  },
  'the user': async (name, newPassword) => {
    const { email } = await createUser(harness, 'acme', `${name}@acme.example`);
    const headers = await asUser(harness, email);
    return textsOf(await post('/users/v1/passwords/change', { password: 'correct horse battery', newPassword }, headers));
  },
  'an operator': async (name, newPassword) => {
    const { id } = await createUser(harness, 'acme', `${name}@acme.example`);
    return textsOf(await post('/users/v1/passwords/change', { newPassword }, { ...environment, 'frontegg-user-id': id }));
  },
  'an operator over GraphQL': async (name, newPassword) => {
    const { id } = await createUser(harness, 'acme', `${name}@acme.example`);
    const answer = await run(harness, mutation('setPassword', 'changed'), { userId: id, newPassword }, environment);
    return answer.issues === undefined ? null : answer.issues.map(({ message }: { message: string }) => message);
  },
  'a creation over GraphQL': async (name, password) => {
    const answer = await run(harness, documents.createUser, { email: `${name}@acme.example`, tenantId: 'acme', password }, environment);
    return answer.issues === undefined ? null : answer.issues.map(({ message }: { message: string }) => message);
  },
};

const textsOf = (answer: { statusCode: number; json: () => { errors?: string[] }; body: string }): string[] | null =>
  answer.statusCode < 300 ? null : (answer.json().errors ?? []);

describe('every way to set a password asks the same rules', () => {
  beforeAll(async () => {
    expectStatus(await allow({ allowSignups: true }), 201);
  });
  test.each(Object.keys(ways))('%s', async (way) => {
    const name = way.replace(/\W+/g, '-').toLowerCase();
    const set = ways[way] ?? (() => expect.unreachable());
    expect(await set(`${name}-short`, 'zxkqvjw')).toEqual(['Password must be at least 8 characters long']);
    expect(await set(`${name}-common`, 'PASSWORD1')).toEqual(['Password is one of the most common passwords']);
    expect(await set(`${name}-own`, 'Sallyport-2026!')).toEqual(['Password must be more than a name, an address or a forbidden word']);
    expect(await set(`${name}-good`, 'zebras cross at noon')).toBeNull();
  });
});

describe('the history', () => {
  test('is created once, changed after that, and read back, as the Terraform provider does it', async () => {
    const text = 'Password History Policy not found. Policy is disabled';
    const body = { enabled: false, historySize: 1 };
    for (const method of ['GET', 'PATCH'] as const)
      expectRefusal(await call(harness, method, historyUrl, { headers: environment, body: method === 'GET' ? undefined : body }), 404, refusal(text));
    expectRefusal(await get(`${historyUrl}/vendor`, member), 404, refusal(text));
    const created = await post(historyUrl, body);
    expectStatus(created, 201);
    expect(created.json()).toMatchObject({ ...body, id: expect.any(String), createdAt: expect.any(String), updatedAt: expect.any(String) });
    expectRefusal(await post(historyUrl, body), 409, refusal('Policy already exists. Use the Update Password History Policy API.'));
    const changed = await call(harness, 'PATCH', historyUrl, { headers: environment, body: { enabled: true, historySize: 3 } });
    expectStatus(changed, 200);
    for (const answer of [await get(historyUrl, environment), await get(`${historyUrl}/vendor`, member)]) {
      expectStatus(answer, 200);
      expect(answer.json()).toMatchObject({ enabled: true, historySize: 3 });
    }
    for (const historySize of [0, 11]) expectStatus(await post(historyUrl, { enabled: true, historySize }), 400);
    expectRefusal(await post(historyUrl, body, tenant), 403, forbidden);
  });

  test('refuses the present password and those before it, as many as it says, and forgets older ones', async () => {
    const user = await createUser(harness, 'acme', 'history@acme.example');
    const set = (newPassword: string) => {
      // The order of passwords is that of their times.
      harness.clock.advance({ seconds: 1 });
      return post('/users/v1/passwords/change', { newPassword }, { ...environment, 'frontegg-user-id': user.id });
    };
    const used = faults('Password was used before');
    expectRefusal(await set('correct horse battery'), 400, used);
    expectEmpty(await set('first zebra crossing'), 201);
    expectEmpty(await set('second zebra crossing'), 201);
    for (const before of ['correct horse battery', 'first zebra crossing', 'second zebra crossing'])
      expectRefusal(await set(before), 400, used, before);
    expectEmpty(await set('third zebra crossing'), 201);
    expect(await harness.app.store.passwordHistory.lastOf(user.id, 10)).toHaveLength(2);
    // The first one is the fourth now.
    expectEmpty(await set('correct horse battery'), 201);
    expectStatus(await call(harness, 'PATCH', historyUrl, { headers: environment, body: { enabled: false, historySize: 3 } }), 200);
    expectEmpty(await set('correct horse battery'), 201);
    expect(await harness.app.store.passwordHistory.lastOf(user.id, 10)).toEqual([]);
  });
});

describe('the rotation', () => {
  test('is absent until it is set, takes the defaults then, and merges after that', async () => {
    const absent = refusal('Password rotation configuration not found');
    for (const path of [rotationUrl, `${rotationUrl}/vendor`]) expectRefusal(await get(path, environment), 404, absent);
    expectEmpty(await post(rotationUrl, {}), 200);
    const stored = { tenantId: null, isActive: false, rotationPeriod: 129_600, notificationPeriod: 10_080 };
    expect((await get(rotationUrl, environment)).json()).toMatchObject(stored);
    expectEmpty(await post(rotationUrl, { notificationPeriod: 0 }), 200);
    for (const headers of [environment, admin])
      expect((await get(`${rotationUrl}/vendor`, headers)).json()).toMatchObject({ ...stored, notificationPeriod: 0 });
    for (const body of [{ rotationPeriod: 0 }, { notificationPeriod: -1 }, { rotationPeriod: 2_628_001 }])
      expectStatus(await post(rotationUrl, body), 400);
    expectRefusal(await post(rotationUrl, {}, tenant), 403, forbidden);
    expectRefusal(await get(rotationUrl, member), 403, forbidden);
  });
});

describe('a forgotten password', () => {
  test('is replaced by mail, and nothing in the answer tells whether there is such a user', async () => {
    const { id, email } = await createUser(harness, 'acme', 'forgot@acme.example');
    for (const body of [
      { email },
      { identifier: 'nobody@acme.example', identifierType: 'email' },
      { identifier: '+491', identifierType: 'phoneNumber' },
    ]) {
      const answer = await call(harness, 'POST', '/users/v2/passwords/reset/email', { body });
      expectStatus(answer, 200);
      expect(answer.json()).toEqual({ sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    }
    const link = await resetTokenFor(harness, email);
    const validate = (token: string) => call(harness, 'POST', '/users/v1/passwords/reset/validate', { body: { userId: id, token } });
    expectEmpty(await validate(link.token), 200);
    expectRefusal(await validate('another'), 400, refusal('Invalid token'));
    expectEmpty(await resetPassword(harness, { ...link, password: 'zebras cross at dusk' }), 201);
    expectRefusal(await validate(link.token), 400, refusal('Invalid token'));
  });

  test('is not replaced by a text message where none can be sent', async () => {
    const { email } = await createUser(harness, 'acme', 'texted@acme.example');
    for (const body of [{ email }, { email: 'nobody@acme.example' }])
      expectRefusal(await call(harness, 'POST', '/users/v2/passwords/reset/sms', { body }), 503, refusal('SMS could not be sent', 'ER-01037'));
    const verify = { otcToken: '000000', sessionId: 'x' };
    expectRefusal(await call(harness, 'POST', '/users/v2/passwords/reset/sms/verify', { body: verify }), 400, refusal('Invalid code', 'ER-01011'));
    expect((await get('/configurations/v1/password-recovery/strategies')).json()).toEqual([
      { strategy: 'Email', isActive: true },
      { strategy: 'Sms', isActive: false },
    ]);
  });

  test('that was breached is nobody’s', async () => {
    expectEmpty(await post('/users/v1/passwords/breached/reset/bulk', undefined, tenant), 201);
    expectEmpty(await post('/users/v1/passwords/breached/reset/bulk', undefined, admin), 201);
    expectRefusal(await post('/users/v1/passwords/breached/reset/bulk', undefined, member), 403, forbidden);
    expectRefusal(
      await post('/users/v1/passwords/breached/reset/bulk', undefined),
      403,
      refusal('frontegg-tenant-id header is required', 'ER-00008'),
    );
  });
});
