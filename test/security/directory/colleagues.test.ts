import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, enroll, setPolicy } from '../../support/builders.ts';
import { execute, query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { asUser, call, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

/** What a user who may read the members of a tenant reaches of them, and what of them stays closed. */
const harness = useHarness();
let reader: Record<string, string>;
let plain: Record<string, string>;
let self: TestUser;
let colleague: TestUser;
let hidden: TestUser;
let stranger: TestUser;
let invited: TestUser;
const secrets = { vendorMetadata: '{"secret":"operator"}', phoneNumber: '+4915112345678', metadata: '{"own":true}', externalId: 'crm-1' };

beforeAll(async () => {
  await createTenant(harness, 'here');
  await createTenant(harness, 'there');
  self = await createUser(harness, 'here', 'self@colleagues.example', { roleIds: [roleIds.admin] });
  colleague = await createUser(harness, 'here', 'colleague@colleagues.example', secrets);
  hidden = await createUser(harness, 'here', 'hidden@colleagues.example');
  stranger = await createUserInTenant(harness, 'stranger', secrets);
  invited = await createUserInTenant(harness, 'invited', secrets);
  await createUser(harness, 'here', 'plain@colleagues.example');
  await joinTenant(harness, colleague.email, 'there');
  await joinTenant(harness, self.email, 'there');
  await joinTenant(harness, invited.email, 'here');
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  await execute(harness, 'update users set invisible = $2 where id = $1', [hidden.id, yes]);
  await execute(harness, "update memberships set pending = $2 where user_id = $1 and tenant_id = 'here'", [invited.id, yes]);
  await execute(harness, "update users set active_tenant_id = 'there' where id = $1", [colleague.id]);
  reader = await asUser(harness, self.email, 'here');
  plain = await asUser(harness, 'plain@colleagues.example');
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true });
  for (const { id, email } of [colleague, invited]) {
    await enroll(harness, email);
    const at = harness.clock.now();
    await harness.app.store.rememberedDevices.add({ id: `device-${id}`, userId: id, tokenHash: id, name: '', createdAt: at, lastUsedAt: at });
  }
});

const idsOf = async (table: string, userId: string): Promise<string[]> =>
  (await query(harness, `select id from ${table} where user_id = $1`, [userId])).map(({ id }) => String(id));
const shown = `restId name email phoneNumber metadata: externalId profilePictureUrl mfaEnrolled recoveryCodesRemaining
  authenticators { id } rememberedDevices { id } memberships { tenant { restId } } activeTenant { restId }`;
const read = async (id: string, headers: Record<string, string>) =>
  (await harness.graphql(`query ($id: ID!) { user(id: $id) { ${shown} } }`, { id }, headers)).data?.user;
const rest = (id: string, headers: Record<string, string>) => call(harness, 'GET', `/users/v1/${id}`, { headers });

describe('a user who may read users', () => {
  test('reads a member: profile, whether enrolled, and the membership here, but no other tenant and nothing to log in with', async () => {
    expect(await read(colleague.id, reader)).toEqual({
      ...{ restId: colleague.id, name: colleague.email, email: colleague.email, phoneNumber: secrets.phoneNumber, metadata: 'crm-1' },
      ...{ profilePictureUrl: null, mfaEnrolled: true, recoveryCodesRemaining: 0, authenticators: [], rememberedDevices: [] },
      ...{ memberships: [{ tenant: { restId: 'here' } }], activeTenant: null },
    });
    const answer = (await rest(colleague.id, reader)).json();
    expect(answer).toMatchObject({ vendorMetadata: '{}', metadata: secrets.metadata, tenantIds: ['here'], tenantId: 'here', mfaEnrolled: true });
    expect(answer.tenants.map(({ tenantId }: { tenantId: string }) => tenantId)).toEqual(['here']);
    expect(JSON.stringify(answer)).not.toContain('operator');
  });

  test('reads of somebody invited no more than address and name', async () => {
    expect(await read(invited.id, reader)).toMatchObject({
      ...{ email: invited.email, phoneNumber: null, metadata: null, mfaEnrolled: false },
      memberships: [{ tenant: { restId: 'here' } }],
    });
    expect((await rest(invited.id, reader)).json()).toMatchObject({
      metadata: '{}',
      externalId: null,
      activatedForTenant: false,
      mfaEnrolled: false,
    });
  });

  test('reads nobody who is invisible or in another tenant, and of the own account everything', async () => {
    for (const { id } of [hidden, stranger]) {
      expect(await read(id, reader)).toBeNull();
      expect((await rest(id, reader)).statusCode).toBe(404);
    }
    expect(await read(self.id, reader)).toMatchObject({ memberships: [{ tenant: { restId: 'here' } }, { tenant: { restId: 'there' } }] });
    const list = await harness.graphql('{ users(first: 100) { nodes { restId } totalCount } }', {}, reader);
    const { nodes, totalCount } = (list.data as { users: { nodes: { restId: string }[]; totalCount: number } }).users;
    expect(nodes.map(({ restId }) => restId)).not.toEqual(expect.arrayContaining([hidden.id]));
    expect(nodes.map(({ restId }) => restId)).not.toEqual(expect.arrayContaining([stranger.id]));
    expect(totalCount).toBe(nodes.length);
  });

  test('reads members of the tenant in force alone, by the roles held there', async () => {
    const answer = await harness.graphql('{ users { totalCount } }', {}, { ...reader, 'frontegg-tenant-id': 'there' });
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const elsewhere = await harness.graphql('{ users(filter: { tenantId: "there" }) { totalCount nodes { id } } }', {}, reader);
    expect(elsewhere.data?.users).toEqual({ totalCount: 0, nodes: [] });
  });

  test('finds nobody by what it may not read of them', async () => {
    const found = async (filter: string) =>
      (await call(harness, 'GET', `/users/v3?${filter}`, { headers: reader })).json<{ items: { email: string }[] }>().items.map(({ email }) => email);
    expect(await found('_identifierType=phoneNumber&_identifier=%2b49151')).toEqual([colleague.email]);
    expect(await found('_externalIds=crm-1')).toEqual([colleague.email]);
    expect(await found(`ids=${hidden.id},${stranger.id},${invited.id}`)).toEqual([invited.email]);
  });

  test('changes and ends nothing that belongs to a member', async () => {
    for (const { id } of [colleague, invited]) {
      const before = await Promise.all(['authenticators', 'remembered_devices', 'recovery_codes', 'sessions'].map((table) => idsOf(table, id)));
      const [authenticator] = await idsOf('authenticators', id);
      const deviceId = `device-${id}`;
      expect(await run(harness, documents.revokeRememberedDevice, { deviceId, userId: id }, reader)).toMatchObject({ code: 'USER_NOT_FOUND' });
      expect(await run(harness, documents.revokeAllRememberedDevices, { userId: id }, reader)).toMatchObject({ code: 'USER_NOT_FOUND' });
      const removal = await run(harness, documents.removeAuthenticator, { deviceId: authenticator, userId: id }, reader);
      expect(removal.__typename).toMatch(/Error$/);
      const renaming = await run(harness, documents.renameAuthenticator, { deviceId: authenticator, name: 'Mine', userId: id }, reader);
      expect(renaming).toMatchObject({ code: 'USER_NOT_FOUND' });
      expect(await Promise.all(['authenticators', 'remembered_devices', 'recovery_codes', 'sessions'].map((table) => idsOf(table, id)))).toEqual(
        before,
      );
    }
  });
});

describe('a user without that permission', () => {
  test('reads nobody but the own account', async () => {
    for (const { id } of [colleague, hidden, invited, stranger]) {
      expect(await read(id, plain)).toBeNull();
      expect((await rest(id, plain)).statusCode).toBe(403);
    }
    expect((await harness.graphql('{ users { totalCount } }', {}, plain)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await call(harness, 'GET', '/users/v3', { headers: plain })).statusCode).toBe(403);
    expect((await harness.graphql('{ viewer { email } }', {}, plain)).data?.viewer).toEqual({ email: 'plain@colleagues.example' });
  });
});

describe('nodes of what belongs to somebody else', () => {
  const nodes = (ids: string[], headers: Record<string, string>) =>
    harness.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids }, headers).then(({ data }) => data?.nodes);

  test('are null for users, whoever they are, and there for the environment that sees the user', async () => {
    const environment = await asEnvironment(harness);
    const { data } = await harness.graphql(
      'query ($id: ID!) { user(id: $id) { authenticators { id } rememberedDevices { id } } }',
      { id: colleague.id },
      environment,
    );
    const { authenticators, rememberedDevices } = (data as { user: Record<'authenticators' | 'rememberedDevices', { id: string }[]> }).user;
    const ids = [...authenticators, ...rememberedDevices].map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const found = [
      { __typename: 'Authenticator', id: ids[0] },
      { __typename: 'RememberedDevice', id: ids[1] },
    ];
    expect(await nodes(ids, environment)).toEqual(found);
    expect(await nodes(ids, await asEnvironment(harness, 'here'))).toEqual(found);
    expect(await nodes(ids, await asEnvironment(harness, 'stranger'))).toEqual([null, null]);
    for (const headers of [reader, plain]) expect(await nodes(ids, headers)).toEqual([null, null]);
  });

  test('and events are there for whoever may list them', async () => {
    const { data } = await harness.graphql(
      '{ mfaEvents(filter: { tenantId: "here" }, first: 1) { nodes { id } } }',
      {},
      await asEnvironment(harness),
    );
    const ids = (data as { mfaEvents: { nodes: { id: string }[] } }).mfaEvents.nodes.map(({ id }) => id);
    const found = [{ __typename: 'MfaEvent', id: ids[0] }];
    expect(await nodes(ids, await asEnvironment(harness))).toEqual(found);
    expect(await nodes(ids, reader)).toEqual(found);
    expect(await nodes(ids, await asEnvironment(harness, 'stranger'))).toEqual([null]);
    expect(await nodes(ids, plain)).toEqual([null]);
    expect(await nodes(ids, { ...reader, 'frontegg-tenant-id': 'there' })).toEqual([null]);
  });
});
