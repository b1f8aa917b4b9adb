import { describe, expect, test } from 'vitest';
import { adoption, adoptionOf, toNextDay } from '../../support/adoption.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, enroll, logIn, setPolicy } from '../../support/builders.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { createForcedUser } from '../../support/requests.ts';
import { joinTenant, userWith } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

describe('counts', () => {
  const harness = useHarness();

  test('a user in several tenants counts in each of them and once in the environment', async () => {
    const user = await createForcedUser(harness, 'twice');
    await joinTenant(harness, user.email, await createTenant(harness, 'twice-too'));
    const before = await adoptionOf(harness, null, await asEnvironment(harness));
    await enroll(harness, user.email);
    const now = 'now { users activeLast30Days enrolled enrolledOfActive recoveryReady }';
    const one = { users: 1, activeLast30Days: 1, enrolled: 1, enrolledOfActive: 1, recoveryReady: 1 };
    for (const tenantId of ['twice', 'twice-too']) expect(await adoption(harness, now, { tenantId })).toEqual({ now: one });
    const after = await adoptionOf(harness, null, await asEnvironment(harness));
    expect(after).toMatchObject({ users: before.users, enrolled: (before.enrolled ?? 0) + 1 });
  });

  test('who logged in 29 days ago is active, and a day later no more, although nobody did anything', async () => {
    const user = await createUserInTenant(harness, 'idle');
    await logIn(harness, user.email);
    const active = async () => (await adoption(harness, 'now { activeLast30Days }', { tenantId: 'idle' })).now.activeLast30Days;
    for (let days = 0; days < 29; days += 1) toNextDay(harness);
    expect(await active()).toBe(1);
    toNextDay(harness);
    expect(await active()).toBe(0);
    expect(await logIn(harness, user.email)).toMatchObject({ statusCode: 200 });
    expect(await active()).toBe(1);
  });

  test('they do not wait until changes are added up, and stay the same then', async () => {
    await createUserInTenant(harness, 'waiting');
    const before = await adoptionOf(harness, 'waiting', await asEnvironment(harness));
    expect(before.users).toBe(1);
    await harness.app.adoption.run();
    expect(await adoptionOf(harness, 'waiting', await asEnvironment(harness))).toEqual(before);
  });

  test('an invitation counts from its acceptance, and a disabled member does not count', async () => {
    const admin = await userWith(harness, 'counting', 'admin');
    const stranger = await createUserInTenant(harness, 'stranger');
    const users = async () => (await adoption(harness, 'now { users }', { tenantId: 'counting' })).now.users;
    await run(harness, mutation('inviteUser', '__typename'), { email: stranger.email }, admin.headers);
    expect(await users()).toBe(1);
    const member = { userId: stranger.id, tenantId: 'counting' };
    const environment = await asEnvironment(harness);
    await run(harness, mutation('addUserToTenant', '__typename'), member, environment);
    expect(await users()).toBe(2);
    await run(harness, mutation('disableUser', '__typename'), member, environment);
    expect(await users()).toBe(1);
    await run(harness, mutation('enableUser', '__typename'), member, environment);
    expect(await users()).toBe(2);
  });

  test('however many users and tenants there are, they cost as many statements', async () => {
    const headers = await asEnvironment(harness);
    const everything = `now { users } byStrategy { users } series { dayStartsAt } funnel { challenged }
      tenants(first: 50) { totalCount nodes { tenant { name } count { users } } }`;
    const statements = async () => {
      await harness.app.adoption.run();
      harness.queries.length = 0;
      await adoption(harness, everything, {}, headers);
      return harness.queries.length;
    };
    const before = await statements();
    for (let index = 0; index < 20; index += 1) await createUserInTenant(harness, `many-${index}`);
    expect(await statements()).toBe(before);
    expect(before).toBeLessThanOrEqual(8);
  });
});

describe('who may read them', () => {
  const harness = useHarness();

  test('the environment token reads everything, or what its header names', async () => {
    await createUserInTenant(harness, 'mine');
    await createUserInTenant(harness, 'yours');
    expect(await adoption(harness, 'tenant { restId } now { users }')).toEqual({ tenant: null, now: { users: 2 } });
    expect(await adoption(harness, 'tenant { restId }', { tenantId: 'YOURS' })).toEqual({ tenant: { restId: 'yours' } });
    const bound = await asEnvironment(harness, 'mine');
    const selection = 'tenant { restId } now { users } tenants { totalCount nodes { tenant { restId } } }';
    const own = { tenant: { restId: 'mine' }, now: { users: 1 }, tenants: { totalCount: 1, nodes: [{ tenant: { restId: 'mine' } }] } };
    expect(await adoption(harness, selection, {}, bound)).toEqual(own);
    expect(await adoption(harness, selection, { tenantId: 'mine' }, bound)).toEqual(own);
    expect(await adoption(harness, 'now { users }', { tenantId: 'yours' }, bound)).toBeNull();
    expect(await adoption(harness, 'now { users }', { tenantId: 'nowhere' })).toBeNull();
  });

  test('a user whose role may read the security policy reads the tenant in force alone', async () => {
    const reader = await userWith(harness, 'read', 'readOnly');
    await createUserInTenant(harness, 'read-not');
    const selection = 'tenant { restId } now { users } tenants { nodes { count { users } } } series { dayStartsAt } funnel { challenged }';
    const own = {
      tenant: { restId: 'read' },
      now: { users: 1 },
      tenants: { nodes: [{ count: { users: 1 } }] },
      series: [],
      funnel: { challenged: 0 },
    };
    expect(await adoption(harness, selection, {}, reader.headers)).toEqual(own);
    expect(await adoption(harness, 'now { users }', { tenantId: 'read-not' }, reader.headers)).toBeNull();
    const nobody = await userWith(harness, 'unread', null);
    await expect(adoption(harness, 'now { users }', {}, nobody.headers)).rejects.toThrow('FORBIDDEN');
    await expect(adoption(harness, 'now { users }', {}, {})).rejects.toThrow('UNAUTHENTICATED');
  });

  test('only the environment token recounts, and only what its header allows', async () => {
    await createTenant(harness, 'recounted');
    const document = mutation('recountMfaAdoption', 'tenantCount differences { name } next');
    const admin = await userWith(harness, 'recounting', 'admin');
    const refused = await harness.graphql(document, { input: {} }, admin.headers);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const bound = await asEnvironment(harness, 'recounted');
    expect(await run(harness, document, {}, bound)).toMatchObject({ tenantCount: 1, differences: [], next: null });
    expect((await harness.graphql(document, { input: { tenantId: 'recounting' } }, bound)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    const unknown = await run(harness, document, { tenantId: 'nowhere' }, await asEnvironment(harness));
    expect(unknown).toMatchObject({ __typename: 'TenantNotFoundError', path: ['input', 'tenantId'] });
  });
});

describe('the list of tenants', () => {
  const harness = useHarness();
  const names = async (sort: string, more = '') => {
    const { tenants } = await adoption(harness, `tenants(sort: ${sort}${more}) { nodes { tenant { restId } } pageInfo { endCursor hasNextPage } }`);
    return { names: tenants.nodes.map((node: { tenant: { restId: string } }) => node.tenant.restId), ...tenants.pageInfo };
  };

  test('begins with who needs help, by share or by number, and is read page by page', async () => {
    // One of two, none of one, two of two, one of four.
    for (const [tenantId, users, enrolled] of [
      ['half', 2, 1],
      ['none', 1, 0],
      ['all', 2, 2],
      ['quarter', 4, 1],
      ['nobody', 0, 0],
    ] as const) {
      await createTenant(harness, tenantId);
      await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
      for (let index = 0; index < users; index += 1) {
        const user = await createUser(harness, tenantId, `${tenantId}-${index}@acme.example`);
        if (index < enrolled) await enroll(harness, user.email);
      }
    }
    await harness.app.adoption.run();
    expect(await names('LEAST_FIRST')).toMatchObject({ names: ['none', 'quarter', 'half', 'all'] });
    expect(await names('MOST_UNENROLLED_FIRST')).toMatchObject({ names: ['quarter', 'none', 'half', 'all'] });
    const first = await names('LEAST_FIRST', ', first: 3');
    expect(first).toMatchObject({ names: ['none', 'quarter', 'half'], hasNextPage: true });
    expect(await names('LEAST_FIRST', `, first: 3, after: "${first.endCursor}"`)).toMatchObject({ names: ['all'], hasNextPage: false });
    expect(await names('LEAST_FIRST', `, last: 2, before: "${first.endCursor}"`)).toMatchObject({ names: ['none', 'quarter'] });
    await expect(names('MOST_UNENROLLED_FIRST', `, after: "${first.endCursor}"`)).rejects.toThrow('BAD_REQUEST');
    await expect(names('LEAST_FIRST', `, after: "${Buffer.from('["LEAST_SHARE","1e3","half"]').toString('base64url')}"`)).rejects.toThrow(
      'BAD_REQUEST',
    );
  });
});
