import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, setPolicy } from '../../support/builders.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
// Whether somebody has a factor is asked apart from the factors, because members of a tenant may know that of each other and no more.
const most = 7;
const listed = 100;
let headers: Record<string, string>;

/** The statements of a query whose result has no error. */
async function statementsOf(query: string): Promise<string[]> {
  harness.queries.length = 0;
  const { data, errors } = await harness.graphql(query, {}, headers);
  expect(errors).toBeUndefined();
  expect((Object.values(data ?? {})[0] as { nodes: unknown[] }).nodes.length).toBeGreaterThan(1);
  return [...harness.queries];
}

beforeAll(async () => {
  headers = await asEnvironment(harness);
  for (let index = 0; index < listed; index += 1) {
    const tenantId = await createTenant(harness, `tenant-${index}`);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    await createUser(harness, tenantId, `user-${index}@acme.example`);
  }
});

test('P6: a page of 100 tenants with their policies and strategies costs the statements of two', async () => {
  const query = (first: number) => `{ tenants(first: ${first}) { totalCount nodes {
    restId mfaPolicy { enforceMfaType } effectiveMfaPolicy { enforceMfaType reason } mfaStrategies { strategy active }
  } } }`;
  const [two, hundred] = [await statementsOf(query(2)), await statementsOf(query(listed))];
  expect(hundred.length).toBe(two.length);
  expect(hundred.length).toBeLessThanOrEqual(most);
});

test('P6: a page of 100 users with their authenticators and remembered devices costs the statements of two', async () => {
  const query = (first: number) => `{ users(first: ${first}) { nodes {
    email mfaEnrolled authenticators { id } rememberedDevices { id } memberships { roles { key } }
  } } }`;
  const [two, hundred] = [await statementsOf(query(2)), await statementsOf(query(listed))];
  expect(hundred.length).toBe(two.length);
  expect(hundred.length).toBeLessThanOrEqual(most);
});
