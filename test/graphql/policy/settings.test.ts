import { beforeAll, describe, expect, test } from 'vitest';
import { maxServiceNameBytes } from '../../../src/domain/bounds.ts';
import { asEnvironment, createTenant, createUser, password, setPolicy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const inTenant = async (name: string) => asEnvironment(harness, await createTenant(harness, name));
const tokenOf = async (tenantId: string, ids: string[]) => {
  const email = `${tenantId}-${ids.join('-')}@acme.example`;
  const created = await run(harness, documents.createUser, { email, tenantId, password, roleIds: ids }, environment);
  await run(harness, documents.verifyUserEmail, { userId: created.user.id }, environment);
  const { session } = await run(harness, documents.logIn, { email, password });
  return { authorization: `Bearer ${session.accessToken}` };
};
const codeOf = async (query: string, headers: Record<string, string>) => (await harness.graphql(query, {}, headers)).errors?.[0]?.extensions.code;

describe('policies', () => {
  test('are created once, changed field by field, and merged', async () => {
    const headers = await inTenant('one');
    expect((await harness.graphql('{ mfaPolicy { id } effectiveMfaPolicy { enforceMfaType reason decidedBy { id } } }', {}, headers)).data).toEqual({
      mfaPolicy: null,
      effectiveMfaPolicy: { enforceMfaType: 'DONT_FORCE', reason: 'NO_POLICY', decidedBy: null },
    });
    expect(await run(harness, documents.updateMfaPolicy, { allowRememberMyDevice: true }, headers)).toMatchObject({
      __typename: 'PolicyNotFoundError',
    });
    const created = await run(harness, documents.createMfaPolicy, { enforceMfaType: 'FORCE' }, headers);
    expect(created).toMatchObject({
      __typename: 'CreateMfaPolicySuccess',
      mfaPolicy: { tenant: { restId: 'one' }, enforceMfaType: 'FORCE', allowRememberMyDevice: false, mfaDeviceExpirationSeconds: 1_209_600 },
      effectiveMfaPolicy: { enforceMfaType: 'FORCE', reason: 'ONLY_TENANT', decidedBy: { restId: created.mfaPolicy.restId } },
    });
    expect(await run(harness, documents.createMfaPolicy, { enforceMfaType: 'FORCE' }, headers)).toMatchObject({
      __typename: 'PolicyExistsError',
      code: 'POLICY_EXISTS',
    });
    expect(await run(harness, documents.updateMfaPolicy, {}, headers)).toMatchObject({ __typename: 'NothingToUpdateError' });
    const updated = await run(harness, documents.updateMfaPolicy, { mfaDeviceExpirationSeconds: 0 }, headers);
    expect(updated.mfaPolicy).toMatchObject({ id: created.mfaPolicy.id, enforceMfaType: 'FORCE', mfaDeviceExpirationSeconds: 0 });
    const upserted = await run(
      harness,
      documents.upsertMfaPolicy,
      { enforceMfaType: 'DONT_FORCE', mfaDeviceExpirationSeconds: 2_147_483_647 },
      headers,
    );
    expect(upserted).toMatchObject({ created: false, mfaPolicy: { enforceMfaType: 'DONT_FORCE', mfaDeviceExpirationSeconds: 2_147_483_647 } });

    const stored = await harness.send({ url: '/identity/resources/configurations/v1/mfa-policy', headers });
    expect(stored.json()).toMatchObject({ id: created.mfaPolicy.restId, enforceMFAType: 'DontForce', mfaDeviceExpiration: 2_147_483_647 });
  });

  test('of a tenant weaker than that of the environment are stored and have no effect, and the answer says so', async () => {
    const headers = await inTenant('weak');
    expect(await run(harness, documents.upsertMfaPolicy, { enforceMfaType: 'FORCE_EXCEPT_SAML' }, environment)).toMatchObject({
      created: true,
      mfaPolicy: { tenant: null },
    });
    const both = `mutation ($weak: UpsertMfaPolicyInput!, $strong: UpsertMfaPolicyInput!) {
      a: upsertMfaPolicy(input: $weak) { ...R }
      b: upsertMfaPolicy(input: $strong) { ...R }
    }
    fragment R on UpsertMfaPolicyResult { ... on UpsertMfaPolicySuccess { created effectiveMfaPolicy { enforceMfaType reason decidedBy { tenant { restId } } } } }`;
    expect((await harness.graphql(both, { weak: { enforceMfaType: 'DONT_FORCE' }, strong: { enforceMfaType: 'FORCE' } }, headers)).data).toEqual({
      a: { created: true, effectiveMfaPolicy: { enforceMfaType: 'FORCE_EXCEPT_SAML', reason: 'ENVIRONMENT_STRICTER', decidedBy: { tenant: null } } },
      b: { created: false, effectiveMfaPolicy: { enforceMfaType: 'FORCE', reason: 'TENANT_STRICTER', decidedBy: { tenant: { restId: 'weak' } } } },
    });
    await run(harness, documents.upsertMfaPolicy, { enforceMfaType: 'DONT_FORCE' }, environment);
  });

  test.each([
    [{ mfaDeviceExpirationSeconds: -1 }, 'must not be less than 0'],
    [{ mfaDeviceExpirationSeconds: null }, 'must not be null'],
    [{ allowRememberMyDevice: null }, 'must not be null'],
  ])('refuse %j as an input', async (fields, message) => {
    const [name = ''] = Object.keys(fields);
    const refusal = { __typename: 'InvalidInputError', path: ['input', name], issues: [{ path: ['input', name], message }] };
    expect(await run(harness, documents.upsertMfaPolicy, { enforceMfaType: 'FORCE', ...fields }, environment)).toMatchObject(refusal);
    expect(await run(harness, documents.createMfaPolicy, { enforceMfaType: 'FORCE', ...fields }, environment)).toMatchObject(refusal);
    expect(await run(harness, documents.updateMfaPolicy, fields, environment)).toMatchObject(refusal);
  });

  test.each([
    [{}],
    [{ enforceMfaType: null }],
    [{ enforceMfaType: 'FORCEE' }],
    [{ enforceMfaType: 'FORCE', mfaDeviceExpirationSeconds: 1.5 }],
    [{ enforceMfaType: 'FORCE', mfaDeviceExpirationSeconds: 2_147_483_648 }],
    [{ enforceMfaType: 'FORCE', mfaDeviceExpirationSeconds: '5' }],
    [{ enforceMfaType: 'FORCE', unknown: 1 }],
  ])('refuse %j as a document', async (input) => {
    const answer = await harness.graphql(documents.upsertMfaPolicy, { input }, environment);
    expect(answer.errors?.map((error) => error.extensions.code)).toEqual(['BAD_REQUEST']);
    expect(answer.errors?.[0]?.message).not.toContain('Did you mean');
  });

  test('of two creations at once one wins', async () => {
    const headers = await inTenant('race');
    const create = () => run(harness, documents.createMfaPolicy, { enforceMfaType: 'FORCE' }, headers);
    const names = (await Promise.all([create(), create()])).map((answer) => answer.__typename);
    expect(names.sort()).toEqual(['CreateMfaPolicySuccess', 'PolicyExistsError']);
  });
});

describe('who may', () => {
  test('strangers, users and roles get what is theirs', async () => {
    const headers = await inTenant('roles');
    await run(harness, documents.createMfaPolicy, { enforceMfaType: 'DONT_FORCE' }, headers);
    const none = await tokenOf('roles', []);
    const reader = await tokenOf('roles', [roleIds.readOnly]);
    const admin = await tokenOf('roles', [roleIds.admin]);
    const read = '{ mfaPolicy { enforceMfaType } }';
    const effective = '{ effectiveMfaPolicy { reason decidedBy { restId } } }';
    const write = 'mutation { upsertMfaPolicy(input: { enforceMfaType: DONT_FORCE }) { __typename } }';

    for (const query of [read, effective, write, '{ viewer { id } }', '{ users { nodes { id } } }', '{ node(id: "_VGVuYW50OnJvbGVz") { id } }']) {
      expect(await codeOf(query, {}), query).toBe('UNAUTHENTICATED');
      expect(await codeOf(query, { authorization: 'Bearer a.b.c' }), query).toBe('UNAUTHENTICATED');
    }
    expect([await codeOf(read, none), await codeOf(read, reader), await codeOf(read, admin)]).toEqual(['FORBIDDEN', undefined, undefined]);
    expect([await codeOf(write, none), await codeOf(write, reader), await codeOf(write, admin)]).toEqual(['FORBIDDEN', 'FORBIDDEN', undefined]);
    expect((await harness.graphql(effective, {}, none)).data).toEqual({ effectiveMfaPolicy: { reason: 'SAME_STRENGTH', decidedBy: null } });
    expect((await harness.graphql(effective, {}, reader)).data).toEqual({
      effectiveMfaPolicy: { reason: 'SAME_STRENGTH', decidedBy: { restId: expect.any(String) } },
    });
    expect([await codeOf('{ users { nodes { id } } }', none), await codeOf('{ users { nodes { id } } }', reader)]).toEqual(['FORBIDDEN', undefined]);
    for (const query of ['{ tenants { nodes { id } } }', '{ mfaConfiguration { sms { active } } }']) {
      expect(await codeOf(query, admin), query).toBe('FORBIDDEN');
    }
    expect(await codeOf('mutation { setMfaStrategy(input: { strategy: SMS, active: false }) { __typename } }', admin)).toBe('FORBIDDEN');
  });

  test("a tenant header that is unknown or empty is the caller's fault, never an outcome", async () => {
    const unknown = await harness.graphql(
      documents.createUser,
      { input: { email: 'a@acme.example', tenantId: 'one' } },
      { ...environment, 'frontegg-tenant-id': 'nowhere' },
    );
    expect(unknown.errors?.[0]).toMatchObject({ path: ['createUser'], extensions: { code: 'TENANT_NOT_FOUND', requestId: expect.any(String) } });
    expect(await codeOf('{ mfaPolicy { id } }', { ...environment, 'frontegg-tenant-id': '' })).toBe('TENANT_HEADER_INVALID');
  });

  test('a stale token does not disturb what needs none', async () => {
    expect(await run(harness, documents.logOut, { refreshToken: 'x' }, { authorization: 'Bearer a.b.c' })).toMatchObject({
      __typename: 'LogOutSuccess',
    });
  });
});

describe('strategies and configuration', () => {
  test('a tenant narrows what the environment offers', async () => {
    const headers = await inTenant('narrow');
    const activeIn = async (more: Record<string, string>) => {
      const answer = await harness.graphql('{ mfaStrategies { strategy active } }', {}, more);
      const states = (answer.data?.mfaStrategies ?? []) as { strategy: string; active: boolean }[];
      return states.filter((state) => state.active).map((state) => state.strategy);
    };
    expect(await activeIn(headers)).toEqual(['AUTHENTICATOR_APP']);
    expect(await run(harness, documents.setMfaStrategy, { strategy: 'EMAIL_CODE', active: true }, headers)).toMatchObject({
      __typename: 'StrategyNotInEnvironmentError',
      path: ['input', 'strategy'],
    });
    expect(await run(harness, documents.setMfaStrategy, { strategy: 'SMS', active: true }, environment)).toMatchObject({
      __typename: 'StrategyUnavailableError',
      reason: expect.stringContaining('SMS'),
    });
    const set = await run(harness, documents.setMfaStrategy, { strategy: 'EMAIL_CODE', active: true }, environment);
    expect(set.mfaStrategies).toContainEqual({ strategy: 'EMAIL_CODE', active: true });
    await run(harness, documents.setMfaStrategy, { strategy: 'AUTHENTICATOR_APP', active: false }, headers);
    expect(await activeIn(headers)).toEqual(['EMAIL_CODE']);
    expect(await activeIn(environment)).toEqual(['AUTHENTICATOR_APP', 'EMAIL_CODE']);
  });

  test('objects of the configuration are replaced one by one', async () => {
    const changed = await run(
      harness,
      documents.setMfaConfiguration,
      { email: { active: true, tokenLifetimeSeconds: 600, sender: 'mfa@acme.example' } },
      environment,
    );
    expect(changed.mfaConfiguration).toEqual({
      authenticatorApp: { active: true, serviceName: 'Sallyport' },
      sms: { active: false, tokenLifetimeSeconds: 300 },
      email: { active: true, tokenLifetimeSeconds: 600, sender: 'mfa@acme.example' },
    });
    const { errors, data } = await harness.graphql('{ mfaConfiguration { email { sender } } }', {}, environment);
    expect([errors, data]).toEqual([undefined, { mfaConfiguration: { email: { sender: 'mfa@acme.example' } } }]);
    for (const [input, at] of [
      [{ sms: { active: true, tokenLifetimeSeconds: 299 } }, ['input', 'sms', 'tokenLifetimeSeconds']],
      [{ email: null }, ['input', 'email']],
      [{ authenticatorApp: { active: true, serviceName: 'x'.repeat(maxServiceNameBytes + 1) } }, ['input', 'authenticatorApp', 'serviceName']],
      [{ email: { active: true, tokenLifetimeSeconds: 300, sender: 'Acme Support' } }, ['input', 'email', 'sender']],
    ]) {
      expect(await run(harness, documents.setMfaConfiguration, input as object, environment)).toMatchObject({
        __typename: 'InvalidInputError',
        path: at,
      });
    }
  });
});

test('the environment authenticates by id and secret, and by nothing else', async () => {
  const { clientId, secret } = { clientId: harness.app.clientId, secret: harness.secret };
  const done = await run(harness, documents.authenticateEnvironment, { clientId, secret });
  expect(done).toMatchObject({
    __typename: 'AuthenticateEnvironmentSuccess',
    accessToken: expect.stringMatching(/^ey/),
    expiresInSeconds: expect.any(Number),
  });
  expect(await codeOf('{ viewer { id } }', { authorization: `Bearer ${done.accessToken}` })).toBeUndefined();
  for (const input of [
    { clientId, secret: 'wrong' },
    { clientId: 'wrong', secret },
  ]) {
    expect(await run(harness, documents.authenticateEnvironment, input)).toMatchObject({ __typename: 'EnvironmentCredentialsInvalidError' });
  }
});

test('a user of two tenants reads the policy of the one in force alone', async () => {
  await createTenant(harness, 'left');
  await createTenant(harness, 'right');
  const { email } = await createUser(harness, 'left', 'both@acme.example');
  await run(harness, documents.createUser, { email, tenantId: 'right', joinExisting: true, roleIds: [roleIds.admin] }, environment);
  for (const tenantId of ['left', 'right']) await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
  const first = await run(harness, documents.logIn, { email, password });
  const moved = await run(harness, documents.refreshSession, { refreshToken: first.session.refreshToken, tenantId: 'right' });
  const headers = { authorization: `Bearer ${moved.session.accessToken}` };
  const answer = await harness.graphql(
    '{ viewer { memberships { tenant { restId mfaPolicy { enforceMfaType } effectiveMfaPolicy { enforceMfaType } } } } }',
    {},
    headers,
  );
  expect(answer.data?.viewer).toEqual({
    memberships: [
      { tenant: { restId: 'left', mfaPolicy: null, effectiveMfaPolicy: { enforceMfaType: 'DONT_FORCE' } } },
      { tenant: { restId: 'right', mfaPolicy: { enforceMfaType: 'DONT_FORCE' }, effectiveMfaPolicy: { enforceMfaType: 'DONT_FORCE' } } },
    ],
  });
  expect(answer.errors?.map((error) => [error.extensions.code, error.path?.join('.')])).toEqual([
    ['FORBIDDEN', 'viewer.memberships.0.tenant.mfaPolicy'],
  ]);
  const stranger = await harness.graphql(documents.refreshSession, { input: { refreshToken: moved.session.refreshToken, tenantId: 'one' } });
  expect(stranger.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
