import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, password } from '../../support/builders.ts';
import { expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { call, expectRefusal, faults, forbidden, refusal, userWith, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/users/v2';
const harness = useHarness();
beforeAll(() => createTenant(harness, 'acme'));

const create = async (body?: unknown, tenantId: string | undefined = 'acme') =>
  call(harness, 'POST', path, { headers: await asEnvironment(harness, tenantId), ...(body === undefined ? {} : { body }) });

describe('creating a user in the tenant of the header', () => {
  test('answers 201 with the user, whose address the operator vouches for with skipInviteEmail', async () => {
    const answer = await create({
      email: 'dana@acme.example',
      name: 'Dana',
      metadata: '{"a":1}',
      password,
      skipInviteEmail: true,
      provider: 'local',
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      id: expect.stringMatching(uuid),
      email: 'dana@acme.example',
      verified: true,
      name: 'Dana',
      profilePictureUrl: '',
      roles: [],
      permissions: [],
      metadata: '{"a":1}',
      createdAt: harness.clock.now().toISOString(),
      lastLogin: null,
      activatedForTenant: true,
      tenantIds: ['acme'],
    });
    expect(answer.json()).not.toHaveProperty('temporaryExpirationDate');
    const roles = (await create({ username: 'role@acme.example', roleIds: [roleIds.readOnly, roleIds.admin] })).json().roles as { key: string }[];
    expect(roles.map((role) => role.key).sort()).toEqual(['Admin', 'ReadOnly']);
  });

  test('a known address joins the tenant, as the same user, with roles of its own there', async () => {
    const second = await createTenant(harness, 'second');
    const first = (await create({ email: 'join@acme.example', name: 'Jo' })).json();
    const joined = await create({ email: 'JOIN@acme.example', name: 'Other', roleIds: [roleIds.admin] }, second);
    expect(joined.statusCode).toBe(201);
    expect(joined.json()).toMatchObject({ id: first.id, email: 'join@acme.example', name: 'Jo', roles: [{ key: 'Admin' }] });
    const read = await call(harness, 'GET', `/users/v1/${first.id}`, { headers: await asEnvironment(harness, 'acme') });
    expect(read.json()).toMatchObject({ tenantIds: ['acme', second], roles: [] });
  });

  test('who is in the tenant already is refused, also when joining twice at once', async () => {
    await create({ email: 'twice@acme.example' });
    expectRefusal(await create({ email: 'twice@acme.example' }), 409, refusal('User already exists'));
    const third = await createTenant(harness, 'third');
    const answers = await Promise.all([1, 2, 3].map(() => create({ email: 'twice@acme.example' }, third)));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409, 409]);
  });
});

describe('refusals', () => {
  test('the tenant header is required, before the body is acted on', async () => {
    const answer = await call(harness, 'POST', path, { headers: await asEnvironment(harness), body: { email: 'x@acme.example' } });
    expectRefusal(answer, 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
    await expectTenantHeaderChecked(harness, { method: 'POST', url: `${identity}${path}`, body: { email: 'x@acme.example' } });
  });

  test('every fault has its text and code', async () => {
    expectRefusal(await create(), 400, faults('Request body is required'));
    expectRefusal(await create({}), 400, faults('email should not be empty'));
    expectRefusal(await create({ name: 7 }), 400, faults('email should not be empty', 'name must be a string'));
    expectRefusal(await create({ email: 'x' }), 400, faults('email must be an email'));
    expectRefusal(await create({ email: 'x@acme.example', metadata: '5' }), 400, faults('metadata must be a JSON object'));
    expectRefusal(await create({ email: 'x@acme.example', password: 'short' }), 400, faults('Password must be at least 8 characters long'));
  });

  test('strangers get 401, users without the permission 403', async () => {
    const request = { method: 'POST', url: `${identity}${path}`, body: { email: 'strange@acme.example' } } as const;
    await expectStrangersRefused(harness, request);
    const plain = await userWith(harness, 'create-plain', 'readOnly');
    expectRefusal(await harness.send({ ...request, headers: plain.headers }), 403, forbidden);
  });
});
