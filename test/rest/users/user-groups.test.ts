import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant } from '../../support/builders.ts';
import { asUser, call, expectRefusal, forbidden, joinTenant, unauthorized } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

test('each membership of the users named is an entry without groups; a tenant sees its own members alone', async () => {
  const environment = await asEnvironment(harness);
  const user = await createUserInTenant(harness, 'groups');
  await createTenant(harness, 'groups-other');
  await joinTenant(harness, user.email, 'groups-other');
  const admin = await asUser(harness, (await createUser(harness, 'groups', 'admin@groups.example', { roleIds: [roleIds.admin] })).email);
  const read = (headers: Record<string, string>, query = `ids=${user.id}`) => call(harness, 'GET', `/users/v3/groups?${query}`, { headers });
  const entry = (tenantId: string) => ({ vendorId: expect.any(String), tenantId, userId: user.id, groupIds: [] });
  expect((await read(environment)).json()).toEqual([entry('groups'), entry('groups-other')]);
  expect((await read(environment, `ids[]=${user.id}&ids[]=unknown`)).json()).toEqual([entry('groups'), entry('groups-other')]);
  for (const headers of [{ ...environment, 'frontegg-tenant-id': 'groups' }, admin]) expect((await read(headers)).json()).toEqual([entry('groups')]);
  expectRefusal(await read(await asUser(harness, user.email)), 403, forbidden);
  expectRefusal(await read({}), 401, unauthorized);
});
