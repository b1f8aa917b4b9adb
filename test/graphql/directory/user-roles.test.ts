import { expect, test } from 'vitest';
import { globalId } from '../../../src/graphql/builder/node-ids.ts';
import { asEnvironment, createTenant, createUserInTenant } from '../../support/builders.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const documents = {
  addUserRoles: mutation('addUserRoles', 'roles { key }'),
  removeUserRoles: mutation('removeUserRoles', 'roles { key }'),
};

test('roles are given to a member and taken in the tenant that is named, or in the current one', async () => {
  const user = await createUserInTenant(harness, 'member');
  const [environment, tenant] = [await asEnvironment(harness), await asEnvironment(harness, 'member')];
  const input = { userId: globalId('User', user.id), tenantId: globalId('Tenant', 'member'), roleIds: [globalId('Role', roleIds.admin)] };
  expect(await run(harness, documents.addUserRoles, input, environment)).toMatchObject({ roles: [{ key: 'Admin' }] });
  const again = { userId: user.id, roleIds: [roleIds.admin, roleIds.readOnly] };
  expect(await run(harness, documents.addUserRoles, again, tenant)).toMatchObject({ roles: [{ key: 'Admin' }, { key: 'ReadOnly' }] });
  expect(await run(harness, documents.removeUserRoles, { ...input, tenantId: 'member' }, tenant)).toMatchObject({ roles: [{ key: 'ReadOnly' }] });
  const other = await createTenant(harness, 'member-other');
  for (const [given, type, path] of [
    [{ ...again, userId: 'nobody' }, 'UserNotFoundError', 'userId'],
    [{ ...again, roleIds: ['nothing'] }, 'RoleNotFoundError', 'roleIds'],
    [{ ...again, roleIds: [] }, 'InvalidInputError', 'roleIds'],
    [{ ...again, tenantId: null }, 'InvalidInputError', 'tenantId'],
    [{ ...again, tenantId: 'nowhere' }, 'TenantNotFoundError', 'tenantId'],
  ] as const)
    expect(await run(harness, documents.addUserRoles, given, tenant)).toMatchObject({ __typename: type, path: ['input', path] });
  const foreign = await harness.graphql(documents.addUserRoles, { input: { ...again, tenantId: other } }, tenant);
  expect(foreign.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const nowhere = await harness.graphql(documents.addUserRoles, { input: again }, environment);
  expect(nowhere.errors?.[0]?.extensions.code).toBe('TENANT_HEADER_REQUIRED');
});
