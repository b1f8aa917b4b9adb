import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, logIn, password, setPolicy } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { call, expectRefusal, faults, refusal, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/vendor-only/users/v1';
const tenantId = 'acme';
const harness = useHarness();
beforeAll(() => createTenant(harness, tenantId));

const create = async (body?: unknown) =>
  call(harness, 'POST', path, { headers: await asEnvironment(harness), ...(body === undefined ? {} : { body }) });

describe('creating a user as vendor', () => {
  test('answers 201 with the whole user, unverified, defaults for what was not given', async () => {
    const answer = await create({ email: 'Dana@Acme.example', tenantId });
    expect(answer.statusCode).toBe(201);
    const { id } = answer.json();
    expect(answer.json()).toEqual({
      id: expect.stringMatching(uuid),
      sub: id,
      email: 'Dana@Acme.example',
      name: 'Dana@Acme.example',
      profilePictureUrl: '',
      verified: false,
      mfaEnrolled: false,
      mfaBypass: false,
      phoneNumber: null,
      roles: [],
      permissions: [],
      provider: 'local',
      tenantId,
      tenantIds: [tenantId],
      activatedForTenant: false,
      isLocked: false,
      tenants: [{ tenantId, roles: [], isDisabled: false }],
      metadata: '{}',
      vendorMetadata: '{}',
      externalId: null,
      createdAt: harness.clock.now().toISOString(),
      lastLogin: null,
      groups: [],
      subAccountAccessAllowed: false,
      managedBy: 'frontegg',
    });
  });

  test('keeps every field given', async () => {
    const given = {
      name: 'Åsa Öberg',
      phoneNumber: '+4912345678',
      profilePictureUrl: 'https://acme.example/a.png',
      externalId: 'e-1',
      metadata: '{"theme":"dark"}',
      vendorMetadata: '{"plan":7}',
      mfaBypass: true,
    };
    const answer = await create({ username: 'asa@acme.example', tenantId, ...given, roleIds: [roleIds.admin], expirationInSeconds: null, more: 1 });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ email: 'asa@acme.example', ...given });
    const { roles, permissions, tenants } = answer.json();
    const { vendorId, createdAt } = roles[0];
    const admin = {
      id: roleIds.admin,
      vendorId: expect.stringMatching(uuid),
      tenantId: null,
      key: 'Admin',
      name: 'Admin',
      description: 'Reads and sets the security settings of the tenant',
      isDefault: false,
      firstUserRole: false,
      level: 0,
      createdAt,
      updatedAt: createdAt,
      permissions: permissions.map(({ id }: { id: string }) => id).sort(),
    };
    expect(roles).toEqual([admin]);
    expect(tenants).toEqual([{ tenantId, roles: [{ ...admin, vendorId }], isDisabled: false }]);
    const common = { description: '', createdAt, updatedAt: createdAt, roleIds: [roleIds.admin], fePermission: true, assignmentType: 'ASSIGNABLE' };
    const ids = { id: expect.any(String), categoryId: expect.any(String) };
    expect(permissions).toEqual([
      { ...common, ...ids, key: 'fe.connectivity.*', name: 'All connectivity settings' },
      { ...common, ...ids, key: 'fe.secure.*', name: 'All security settings' },
    ]);
  });

  test('a user who should expire does, and not before five minutes', async () => {
    const answer = await create({ email: 'guest@acme.example', tenantId, expirationInSeconds: 300 });
    expect(answer.statusCode).toBe(201);
    const [membership] = await harness.app.store.users.memberships([answer.json<{ id: string }>().id]);
    expect(membership?.expiresAt).toEqual(new Date(harness.clock.now().getTime() + 300_000));
    const short = await create({ email: 'short@acme.example', tenantId, expirationInSeconds: 299 });
    expectRefusal(short, 400, faults('expirationInSeconds must not be less than 300'));
  });

  test('the user logs in only once verified; mfaBypass frees from enforcement', async () => {
    const forced = await createTenant(harness, 'forced');
    await setPolicy(harness, { enforceMFAType: 'Force' }, forced);
    const user = (await create({ email: 'bypass@acme.example', tenantId: forced, password, mfaBypass: true })).json();
    expectRefusal(await logIn(harness, user.email), 401, refusal('Email is not verified', 'ER-01060'));
    await call(harness, 'POST', `/users/v1/${user.id}/verify`, { headers: await asEnvironment(harness) });
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: false, userId: user.id, emailVerified: true });
  });

  test('an address exists once, in any case of letters, in any tenant, also when created twice at once', async () => {
    const other = await createTenant(harness, 'other');
    const statuses = (await Promise.all([1, 2].map(() => create({ email: 'twin@acme.example', tenantId })))).map((answer) => answer.statusCode);
    expect(statuses.sort()).toEqual([201, 409]);
    expectRefusal(await create({ email: 'TWIN@acme.example', tenantId: other }), 409, refusal('User already exists'));
  });
});

describe('refusals', () => {
  test('an unknown tenant answers 404 and leaves no user behind', async () => {
    const body = { email: 'orphan@acme.example', tenantId: 'no-such-tenant' };
    expectRefusal(await create(body), 404, refusal('Tenant not found'));
    expect((await create({ ...body, tenantId })).statusCode).toBe(201);
  });

  test('every fault has its text and code, in the order of the fields', async () => {
    const email = 'faulty@acme.example';
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      [[], ['Invalid request body']],
      [{}, ['email should not be empty', 'tenantId should not be empty']],
      [{ tenantId }, ['email should not be empty']],
      [{ email: null, username: null, tenantId: null }, ['email should not be empty', 'tenantId should not be empty']],
      [{ email: '', tenantId }, ['email should not be empty']],
      [{ email: 5, tenantId: 5, name: 5 }, ['email must be a string', 'tenantId must be a string', 'name must be a string']],
      [{ email: 'no address', tenantId }, ['email must be an email']],
      [{ email: 'a\0b@acme.example', tenantId }, ['email must be a string']],
      [{ username: 'nobody', tenantId }, ['username must be an email']],
      [{ email, tenantId, mfaBypass: 'yes' }, ['mfaBypass must be a boolean value']],
      [{ email, tenantId, roleIds: 'Admin' }, ['roleIds must be an array']],
      [{ email, tenantId, roleIds: [5] }, ['each value in roleIds must be a string']],
      [{ email, tenantId, metadata: '[]' }, ['metadata must be a JSON object']],
      [{ email, tenantId, metadata: 'null' }, ['metadata must be a JSON object']],
      [{ email, tenantId, metadata: 5 }, ['metadata must be a JSON string']],
      [{ email, tenantId, vendorMetadata: '{' }, ['vendorMetadata must be a JSON object']],
      [{ email, tenantId, password: 'short12' }, ['Password must be at least 8 characters long']],
      [{ email, tenantId, password: '😀'.repeat(7) }, ['Password must be at least 8 characters long']],
      [{ email, tenantId, password: 'x'.repeat(129) }, ['Password must be at most 128 characters long']],
      [{ email, tenantId, name: 'a\0b' }, ['name must be a string']],
      [{ email, tenantId, externalId: 'x'.repeat(5000) }, ['externalId must have at most 256 bytes in UTF-8']],
    ];
    for (const [body, texts] of cases) expectRefusal(await create(body), 400, faults(...texts), JSON.stringify(body));
    expect((await create({ email, tenantId, password: '😀'.repeat(8) })).statusCode, 'nothing of the refused was kept').toBe(201);
  });

  test('strangers get 401, users 403', async () => {
    const request = { method: 'POST', url: `${identity}${path}`, body: { email: 'strange@acme.example', tenantId } } as const;
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    await expectOlderHeaderServes(harness, request, 201);
  });
});
