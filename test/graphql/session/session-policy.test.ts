import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser } from '../../support/builders.ts';
import { loggedIn, me } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const set = `mutation ($input: SetSessionPolicyInput!) { setSessionPolicy(input: $input) {
  __typename ... on SetSessionPolicySuccess { sessionPolicy { ...policy } }
} }
fragment policy on SessionPolicy {
  tenant { restId } idleTimeout { enabled timeoutSeconds } absoluteTimeout { enabled timeoutSeconds } concurrentSessions { enabled maxSessions }
}`;
const read =
  '{ sessionPolicy { idleTimeout { enabled timeoutSeconds } } effectiveSessionPolicy { idleTimeoutSeconds absoluteTimeoutSeconds maxSessions } }';

test('limits are set one by one, and the strictest of the environment and the tenant apply', async () => {
  await createTenant(harness, 'limits');
  const [vendor, tenant] = [await asEnvironment(harness), await asEnvironment(harness, 'limits')];
  expect((await harness.graphql(read, {}, tenant)).data).toEqual({
    sessionPolicy: null,
    effectiveSessionPolicy: { idleTimeoutSeconds: null, absoluteTimeoutSeconds: null, maxSessions: null },
  });
  const first = await harness.graphql(set, { input: { idleTimeout: { enabled: true, timeoutSeconds: 900 } } }, tenant);
  expect(first.data).toEqual({
    setSessionPolicy: {
      __typename: 'SetSessionPolicySuccess',
      sessionPolicy: {
        tenant: { restId: 'limits' },
        idleTimeout: { enabled: true, timeoutSeconds: 900 },
        absoluteTimeout: null,
        concurrentSessions: null,
      },
    },
  });
  const input = { idleTimeout: { enabled: true, timeoutSeconds: 600 }, concurrentSessions: { enabled: true, maxSessions: 3 } };
  expect((await harness.graphql(set, { input }, vendor)).errors).toBeUndefined();
  expect((await harness.graphql(read, {}, tenant)).data).toEqual({
    sessionPolicy: { idleTimeout: { enabled: true, timeoutSeconds: 900 } },
    effectiveSessionPolicy: { idleTimeoutSeconds: 600, absoluteTimeoutSeconds: null, maxSessions: 3 },
  });
  expect((await harness.graphql(set, { input: {} }, vendor)).data).toEqual({ setSessionPolicy: { __typename: 'NothingToUpdateError' } });
  const short = { input: { idleTimeout: { enabled: true, timeoutSeconds: 59 } } };
  expect((await harness.graphql(set, short, vendor)).data).toEqual({ setSessionPolicy: { __typename: 'InvalidInputError' } });
  await harness.graphql(set, { input: { idleTimeout: { enabled: false, timeoutSeconds: 600 } } }, vendor);
});

test('sessions of a user are read by the user and the environment, and revoked', async () => {
  await createTenant(harness, 'revoked');
  const [user, other] = [await createUser(harness, 'revoked', 'one@revoked.example'), await createUser(harness, 'revoked', 'two@revoked.example')];
  const [first, second] = [await loggedIn(harness, user.email), await loggedIn(harness, user.email)];
  const bearer = { authorization: `Bearer ${first.accessToken}` };
  const own = '{ viewer { sessions(first: 5) { totalCount nodes { id restId current } } } }';
  const mine = (await harness.graphql(own, {}, bearer)).data as { viewer: { sessions: { nodes: { id: string; current: boolean }[] } } };
  expect(mine.viewer.sessions.nodes.map(({ current }) => current).sort()).toEqual([false, true]);
  const of = 'query ($id: ID!) { user(id: $id) { sessions(first: 5) { totalCount } } }';
  expect((await harness.graphql(of, { id: user.id }, await asEnvironment(harness))).data).toEqual({ user: { sessions: { totalCount: 2 } } });
  const stranger = { authorization: `Bearer ${(await loggedIn(harness, other.email)).accessToken}` };
  const node = 'query ($id: ID!) { node(id: $id) { id } }';
  const target = mine.viewer.sessions.nodes.find(({ current }) => !current)?.id;
  expect((await harness.graphql(node, { id: target }, stranger)).data).toEqual({ node: null });
  expect((await harness.graphql(node, { id: target }, await asEnvironment(harness))).data).toEqual({ node: { id: target } });
  const revoke = 'mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { __typename } }';
  expect((await harness.graphql(revoke, { input: { sessionId: target } }, bearer)).data).toEqual({
    revokeSession: { __typename: 'RevokeSessionSuccess' },
  });
  expect((await harness.graphql(revoke, { input: { sessionId: target } }, bearer)).data).toEqual({
    revokeSession: { __typename: 'SessionNotFoundError' },
  });
  const all = 'mutation ($input: RevokeAllSessionsInput!) { revokeAllSessions(input: $input) { __typename } }';
  expect((await harness.graphql(all, { input: { userId: user.id } }, await asEnvironment(harness))).data).toEqual({
    revokeAllSessions: { __typename: 'RevokeAllSessionsSuccess' },
  });
  expect([(await me(harness, first.accessToken)).statusCode, (await me(harness, second.accessToken)).statusCode]).toEqual([401, 401]);
});
