import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  asEnvironment,
  createRole,
  createTenant,
  createUser,
  createUserInTenant,
  enroll,
  identity,
  logIn,
  setPolicy,
} from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});
const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });

const document = `query ($input: SimulateMfaPolicyInput!, $outcome: MfaOutcome, $changedOnly: Boolean, $first: Int, $after: String) {
  simulateMfaPolicy(input: $input) {
    __typename
    ... on UserError { code path }
    ... on SimulateMfaPolicySuccess { impact {
      simulatedAt totalCount administratorsLockedOutCount rememberedDevicesVoidedCount neverLoggedInCount
      before { enforceMfaType reason } after { enforceMfaType reason }
      counts { outcome before after }
      people(outcome: $outcome, changedOnly: $changedOnly, first: $first, after: $after) {
        edges { was becomes because cursor node { restId email } }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    } }
  }
}`;
interface Impact {
  totalCount: number;
  administratorsLockedOutCount: number;
  rememberedDevicesVoidedCount: number;
  neverLoggedInCount: number;
  counts: { outcome: string; before: number; after: number }[];
  people: {
    edges: { was: string; becomes: string; because: string; cursor: string; node: { restId: string; email: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
    totalCount: number;
  };
}
async function simulate(input: object, headers: Record<string, string>, more: object = {}, of: Harness = harness): Promise<Impact> {
  const answer = await of.graphql(document, { input, ...more }, headers);
  expect(answer.errors, JSON.stringify(answer)).toBeUndefined();
  const { simulateMfaPolicy } = answer.data as { simulateMfaPolicy: { impact: Impact } };
  return simulateMfaPolicy.impact;
}
/** The counts that are not zero, as `before → after`. */
const changesIn = ({ counts }: Impact) =>
  Object.fromEntries(counts.filter(({ before, after }) => before + after > 0).map(({ outcome, before, after }) => [outcome, `${before} → ${after}`]));
const peopleIn = ({ people }: Impact) =>
  Object.fromEntries(people.edges.map(({ node, was, becomes, because }) => [node.email, `${was} → ${becomes}: ${because}`]));
const force = { change: { enforceMfaType: 'FORCE' } };

const lock = (userId: string) => harness.send({ method: 'POST', url: `${identity}/users/v1/${userId}/lock`, headers: environment });
const disable = (userId: string, tenantId: string) =>
  harness.send({ method: 'POST', url: `${identity}/tenants/users/v1/${userId}/disable`, headers: inTenant(tenantId) });
const remember = async (userId: string, secondsAgo: number) => {
  const at = new Date(harness.clock.now().getTime() - secondsAgo * 1000);
  await harness.app.store.rememberedDevices.add({
    id: randomUUID(),
    userId,
    tokenHash: randomUUID(),
    name: 'a browser',
    createdAt: at,
    lastUsedAt: at,
  });
};

describe('what enforcing the second factor would do to a tenant', () => {
  const tenantId = 'impact';
  const admin = 'admin@impact.example';
  beforeAll(async () => {
    await createTenant(harness, tenantId);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    const create = (name: string, more: object = {}) => createUser(harness, tenantId, `${name}@impact.example`, more);
    await create('admin', { roleIds: [roleIds.admin] });
    await create('bypassed', { mfaBypass: true });
    await create('plain');
    await enroll(harness, (await create('enrolled')).email);
    await lock((await create('locked')).id);
    await disable((await create('disabled')).id, tenantId);
    const both = await create('both');
    await createTenant(harness, 'impact-other');
    await joinTenant(harness, both.email, 'impact-other');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'impact-other');
    await logIn(harness, 'plain@impact.example');
    await createUserInTenant(harness, 'impact-nobody');
  });

  test('is counted by outcome before and after, each person once, and told for each person with the rule that decides', async () => {
    const impact = await simulate(force, inTenant(tenantId), { changedOnly: false });
    expect(impact).toMatchObject({
      before: { enforceMfaType: 'DONT_FORCE', reason: 'ONLY_TENANT' },
      after: { enforceMfaType: 'FORCE', reason: 'ONLY_TENANT' },
      ...{ totalCount: 7, administratorsLockedOutCount: 0, rememberedDevicesVoidedCount: 0, neverLoggedInCount: 5 },
    });
    expect(changesIn(impact)).toEqual({
      ...{ NO_SECOND_FACTOR: '2 → 0', EXEMPT: '1 → 1', MUST_VERIFY: '1 → 1', MUST_ENROLL: '1 → 3', LOCKED_OUT: '2 → 2' },
    });
    expect(peopleIn(impact)).toEqual({
      'admin@impact.example': 'NO_SECOND_FACTOR → MUST_ENROLL: TENANT_POLICY',
      'plain@impact.example': 'NO_SECOND_FACTOR → MUST_ENROLL: TENANT_POLICY',
      // The policy of another tenant forces it already.
      'both@impact.example': 'MUST_ENROLL → MUST_ENROLL: TENANT_POLICY',
      'enrolled@impact.example': 'MUST_VERIFY → MUST_VERIFY: FACTOR_ENROLLED',
      'bypassed@impact.example': 'EXEMPT → EXEMPT: BYPASS',
      'locked@impact.example': 'LOCKED_OUT → LOCKED_OUT: ACCOUNT_LOCKED',
      'disabled@impact.example': 'LOCKED_OUT → LOCKED_OUT: NO_OPEN_MEMBERSHIP',
    });
  });

  test('changes nothing', async () => {
    await simulate({ change: { enforceMfaType: 'FORCE', strategies: [{ strategy: 'AUTHENTICATOR_APP', active: false }] } }, inTenant(tenantId));
    const { data } = await harness.graphql('{ mfaPolicy { enforceMfaType } mfaStrategies { strategy active } }', {}, inTenant(tenantId));
    expect(data).toMatchObject({ mfaPolicy: { enforceMfaType: 'DONT_FORCE' } });
    expect(data?.mfaStrategies).toContainEqual({ strategy: 'AUTHENTICATOR_APP', active: true });
  });

  test('is paged without gaps, and narrowed to an outcome and to whom it changes', async () => {
    const emails: string[] = [];
    for (let after: string | null = null; ; ) {
      const { people } = await simulate(force, inTenant(tenantId), { first: 2, after, changedOnly: false });
      emails.push(...people.edges.map(({ node }) => node.email));
      if (!people.pageInfo.hasNextPage) break;
      after = people.pageInfo.endCursor;
    }
    expect(emails).toHaveLength(7);
    const listed = async (more: object) => (await simulate(force, inTenant(tenantId), { first: 1, ...more })).people.totalCount;
    expect([await listed({ changedOnly: false }), await listed({}), await listed({ outcome: 'MUST_ENROLL' })]).toEqual([7, 2, 2]);
    expect([await listed({ outcome: 'MUST_ENROLL', changedOnly: false }), await listed({ outcome: 'EXEMPT' })]).toEqual([3, 0]);
    expect(new Set(emails).size).toBe(7);
    expect(Object.keys(peopleIn(await simulate(force, inTenant(tenantId)))).sort()).toEqual(['admin@impact.example', 'plain@impact.example']);
    const enrolling = await simulate(force, inTenant(tenantId), { outcome: 'MUST_ENROLL', changedOnly: false });
    expect(Object.keys(peopleIn(enrolling)).sort()).toEqual(['admin@impact.example', 'both@impact.example', 'plain@impact.example']);
    const bad = await harness.graphql(document, { input: force, after: 'x' }, inTenant(tenantId));
    expect(bad.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  });

  test('tells how many administrators it would lock out, because no strategy is left', async () => {
    const change = { enforceMfaType: 'FORCE', strategies: [{ strategy: 'AUTHENTICATOR_APP', active: false }] };
    const impact = await simulate({ change }, inTenant(tenantId));
    expect(impact.administratorsLockedOutCount).toBe(1);
    expect(peopleIn(impact)).toMatchObject({ [admin]: 'NO_SECOND_FACTOR → LOCKED_OUT: STRATEGY_AVAILABLE' });
    // Who has an authenticator goes on with it.
    expect(changesIn(impact)).toMatchObject({ MUST_VERIFY: '1 → 1' });
  });

  test('agrees with the explanation of each person, and with the logins once the change is made', async () => {
    const { people } = await simulate(force, inTenant(tenantId), { changedOnly: false });
    const explain = 'query ($userId: ID!) { explainMfa(userId: $userId) { outcome steps { rule decisive } } }';
    const outcomes = async () =>
      Promise.all(
        people.edges.map(async ({ node }) => {
          const { data } = await harness.graphql(explain, { userId: node.restId }, inTenant(tenantId));
          return (data?.explainMfa as { outcome: string } | undefined)?.outcome;
        }),
      );
    expect(await outcomes()).toEqual(people.edges.map(({ was }) => was));
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    expect(await outcomes()).toEqual(people.edges.map(({ becomes }) => becomes));
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
  });
});

describe('what a change does to remembered devices', () => {
  test('is counted: those that every policy honors now, and would not any more', async () => {
    const tenantId = await createTenant(harness, 'impact-devices');
    await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 1_000 }, tenantId);
    const [first, second] = [await createUser(harness, tenantId, 'd1@impact.example'), await createUser(harness, tenantId, 'd2@impact.example')];
    for (const [userId, secondsAgo] of [
      [first.id, 10],
      [first.id, 700],
      [second.id, 700],
      [second.id, 2_000],
    ] as const)
      await remember(userId, secondsAgo);
    const outsider = await createUserInTenant(harness, 'impact-devices-other');
    await remember(outsider.id, 10);
    const voided = async (change: object) => (await simulate({ change }, inTenant(tenantId))).rememberedDevicesVoidedCount;
    expect(await voided({ allowRememberMyDevice: false })).toBe(3);
    expect(await voided({ mfaDeviceExpirationSeconds: 500 })).toBe(2);
    expect(await voided({ mfaDeviceExpirationSeconds: 5_000 })).toBe(0);
    expect(await voided({ enforceMfaType: 'FORCE' })).toBe(0);
  });
});

describe('what a change of the environment would do', () => {
  test('counts everybody once, in the tenant that the next login enters, with the policies of all their tenants', async () => {
    const alone = await openHarness();
    const headers = await asEnvironment(alone);
    for (const name of ['a', 'b']) await createTenant(alone, name);
    await createUser(alone, 'a', 'a@world.example');
    const both = await createUser(alone, 'a', 'ab@world.example');
    await joinTenant(alone, both.email, 'b');
    await createUser(alone, 'b', 'b@world.example', { roleIds: [roleIds.admin] });
    await setPolicy(alone, { enforceMFAType: 'Force' }, 'b');
    const impact = await simulate(force, headers, {}, alone);
    expect(changesIn(impact)).toEqual({ NO_SECOND_FACTOR: '1 → 0', MUST_ENROLL: '2 → 3' });
    expect(peopleIn(impact)).toEqual({ 'a@world.example': 'NO_SECOND_FACTOR → MUST_ENROLL: ENVIRONMENT_POLICY' });
    const off = { change: { strategies: [{ strategy: 'AUTHENTICATOR_APP', active: false }] } };
    expect(await simulate(off, headers, {}, alone)).toMatchObject({ totalCount: 3, administratorsLockedOutCount: 1 });
    const named = await simulate({ ...force, tenantId: 'a' }, headers, {}, alone);
    expect(named).toMatchObject({ totalCount: 2, after: { reason: 'ONLY_TENANT' } });
    await alone.close();
  });
});

describe('who asks', () => {
  const codeOf = async (input: object, headers: Record<string, string>) => {
    const { data, errors } = await harness.graphql(document, { input }, headers);
    return errors?.[0]?.extensions.code ?? (data?.simulateMfaPolicy as { code?: string } | undefined)?.code ?? 'COUNTED';
  };

  test('is the environment token, or a user whose role may read the policy, for the tenant in force alone', async () => {
    const tenantId = await createTenant(harness, 'impact-asks');
    await createTenant(harness, 'impact-foreign');
    const reader = await createRole(harness, tenantId, 'policy-reader', ['fe.secure.read.securityPolicy']);
    const nothing = await createRole(harness, tenantId, 'no-policy', ['fe.secure.read.users']);
    const may = await asUser(harness, (await createUser(harness, tenantId, 'may@impact.example', { roleIds: [reader] })).email);
    const mayNot = await asUser(harness, (await createUser(harness, tenantId, 'may-not@impact.example', { roleIds: [nothing] })).email);
    expect(await codeOf(force, {})).toBe('UNAUTHENTICATED');
    expect(await codeOf(force, mayNot)).toBe('FORBIDDEN');
    expect(await codeOf(force, may)).toBe('COUNTED');
    expect(await codeOf({ ...force, tenantId: 'impact-foreign' }, may)).toBe('FORBIDDEN');
    expect(await codeOf({ ...force, tenantId: 'unknown' }, environment)).toBe('TENANT_NOT_FOUND');
    expect(await codeOf({ ...force, tenantId: 'impact-foreign' }, inTenant(tenantId))).toBe('FORBIDDEN');
    const { totalCount } = await simulate(force, may);
    expect(totalCount).toBe(2);
  });

  test('is refused a change that could not be made, as the change would be', async () => {
    const tenantId = await createTenant(harness, 'impact-refused');
    const strategy = (name: string, active: boolean) => ({ change: { strategies: [{ strategy: name, active }] } });
    expect(await codeOf({ change: {} }, inTenant(tenantId))).toBe('NOTHING_TO_UPDATE');
    expect(await codeOf(strategy('SMS', true), environment)).toBe('STRATEGY_UNAVAILABLE');
    expect(await codeOf(strategy('EMAIL_CODE', true), inTenant(tenantId))).toBe('STRATEGY_NOT_IN_ENVIRONMENT');
    const twice = {
      change: {
        strategies: [
          { strategy: 'EMAIL_CODE', active: true },
          { strategy: 'EMAIL_CODE', active: false },
        ],
      },
    };
    expect(await codeOf(twice, environment)).toBe('INVALID_INPUT');
    expect(await codeOf({ change: { mfaDeviceExpirationSeconds: -1 } }, environment)).toBe('INVALID_INPUT');
    expect(await codeOf({ change: { enforceMfaType: null } }, environment)).toBe('INVALID_INPUT');
  });
});

test('the connection of a simulation may be silent for minutes, and has the usual time again with the next request', async () => {
  const alone = await openHarness();
  const url = await alone.app.http.listen({ host: '127.0.0.1', port: 0 });
  let socket: Socket | undefined;
  alone.app.http.server.on('connection', (connected: Socket) => {
    socket = connected;
  });
  const seen: (number | undefined)[] = [];
  const { read } = alone.app.store.populations;
  const { findMany } = alone.app.store.policies;
  Object.assign(alone.app.store.populations, {
    read: (...given: Parameters<typeof read>) => {
      seen.push(socket?.timeout);
      return read(...given);
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (query: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...token };
      const outgoing = request(`${url}/graphql`, { method: 'POST', agent, headers }, (answer) => answer.resume().on('end', resolve));
      outgoing.on('error', reject).end(JSON.stringify({ query }));
    });
  const token = await asEnvironment(alone);
  await ask('{ simulateMfaPolicy(input: { change: { enforceMfaType: FORCE } }) { ... on SimulateMfaPolicySuccess { impact { totalCount } } } }');
  Object.assign(alone.app.store.policies, {
    findMany: (...given: Parameters<typeof findMany>) => {
      seen.push(socket?.timeout);
      return findMany(...given);
    },
  });
  await ask('{ mfaPolicy { enforceMfaType } }');
  expect(seen).toEqual([600_000, 20_000]);
  agent.destroy();
  await alone.close();
});
