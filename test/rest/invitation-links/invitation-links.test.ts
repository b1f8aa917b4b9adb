import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser } from '../../support/builders.ts';
import { allowInvitations, inviter, linkTo, ownLink } from '../../support/invitation-links.ts';
import {
  asUser,
  call,
  expectEmpty,
  expectRefusal,
  faults,
  forbidden,
  isoTime,
  opaqueToken,
  refusal,
  unauthorized,
  uuid,
} from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const path = '/tenants/invites/v1';
const notFound = refusal('Invitation not found');
const both = { expiresInMinutes: 60, shouldSendEmail: true };
let born = 0;
const host = () => inviter(harness, `links-${++born}`);
beforeAll(() => allowInvitations(harness));

describe('the own link of a member', () => {
  test('is made, read with its token, changed and deleted', async () => {
    const { headers, tenantId, id } = await host();
    expectRefusal(await call(harness, 'GET', `${path}/user`, { headers }), 404, notFound);
    const made = await call(harness, 'POST', `${path}/user`, { headers, body: both });
    expect(made.statusCode, made.body).toBe(201);
    const { token, expires } = made.json<{ token: string; expires: string }>();
    expect(made.json()).toEqual({
      ...{ id: expect.stringMatching(uuid), vendorId: expect.stringMatching(uuid), tenantId, userId: id, shouldSendEmail: true, name: tenantId },
      ...{ token: expect.stringMatching(opaqueToken), expires: expect.stringMatching(isoTime), roleIds: [] },
    });
    expect(new Date(expires).getTime() - harness.clock.now().getTime()).toBe(3_600_000);
    expect((await call(harness, 'GET', `${path}/user`, { headers })).json()).toEqual(made.json());
    const changed = await call(harness, 'PATCH', `${path}/user`, { headers, body: { expiresInMinutes: 1, shouldSendEmail: null } });
    expect(changed.json()).toMatchObject({ token, shouldSendEmail: true });
    expect(new Date(changed.json<{ expires: string }>().expires).getTime() - harness.clock.now().getTime()).toBe(60_000);
    expect((await call(harness, 'PATCH', `${path}/user`, { headers, body: { shouldSendEmail: false } })).json()).toMatchObject({
      shouldSendEmail: false,
    });
    expectRefusal(await call(harness, 'PATCH', `${path}/user`, { headers, body: {} }), 400, refusal('Missing parameters to update'));
    expectEmpty(await call(harness, 'DELETE', `${path}/user`, { headers }), 200);
    expectEmpty(await call(harness, 'DELETE', `${path}/user`, { headers }), 200);
    expectRefusal(await call(harness, 'PATCH', `${path}/user`, { headers, body: both }), 404, notFound);
  });

  test('is replaced by a new one with another token, and expires', async () => {
    const { headers } = await host();
    const [first, second] = [await ownLink(harness, headers), await ownLink(harness, headers)];
    expect(second.token).not.toBe(first.token);
    expectRefusal(await call(harness, 'POST', `${path}/verify`, { body: { token: first.token } }), 404, notFound);
    await call(harness, 'PATCH', `${path}/user`, { headers, body: { expiresInMinutes: 1 } });
    harness.clock.advance({ seconds: 60 });
    expectRefusal(await call(harness, 'POST', `${path}/verify`, { body: { token: second.token } }), 404, notFound);
    expectRefusal(await call(harness, 'GET', `${path}/user`, { headers }), 404, notFound);
  });

  test('is read and made by an environment token that names tenant and user', async () => {
    const { id, environment, headers } = await host();
    const named = { ...environment, 'frontegg-user-id': id };
    const made = await call(harness, 'POST', `${path}/user`, { headers: named, body: both });
    expect(made.statusCode, made.body).toBe(201);
    expect((await call(harness, 'GET', `${path}/user`, { headers })).json()).toEqual(made.json());
    expect((await call(harness, 'PATCH', `${path}/user`, { headers: named, body: { expiresInMinutes: 9 } })).statusCode).toBe(200);
    expectRefusal(
      await call(harness, 'GET', `${path}/user`, { headers: environment }),
      403,
      refusal('frontegg-user-id header is required', 'ER-00008'),
    );
    const elsewhere = await asEnvironment(harness, (await host()).tenantId);
    expectRefusal(
      await call(harness, 'POST', `${path}/user`, { headers: { ...elsewhere, 'frontegg-user-id': id }, body: both }),
      404,
      refusal('User not found'),
    );
    expectRefusal(await call(harness, 'GET', `${path}/user`, { headers: { ...elsewhere, 'frontegg-user-id': id } }), 404, notFound);
    expectEmpty(await call(harness, 'DELETE', `${path}/user`, { headers: named }), 200);
    expectRefusal(await call(harness, 'GET', `${path}/user`, { headers }), 404, notFound);
  });

  test('needs the permission, which is asked again inside the transaction', async () => {
    const { tenantId, headers, environment, id, roleId } = await host();
    const plain = await asUser(harness, (await createUser(harness, tenantId, `plain-${born}@acme.example`)).email);
    for (const [method, body] of [
      ['GET', undefined],
      ['POST', both],
      ['PATCH', both],
      ['DELETE', undefined],
    ] as const)
      expectRefusal(await call(harness, method, `${path}/user`, { headers: plain, ...(body === undefined ? {} : { body }) }), 403, forbidden, method);
    await call(harness, 'DELETE', `/users/v1/${id}/roles`, { headers: environment, body: { roleIds: [roleId] } });
    expectRefusal(await call(harness, 'POST', `${path}/user`, { headers, body: both }), 403, forbidden);
    expectRefusal(await call(harness, 'GET', `${path}/user`), 401, unauthorized);
  });

  test('refuses times, roles and bodies that do not fit', async () => {
    const { headers } = await host();
    const post = (body: object, version = 'v1') => call(harness, 'POST', `/tenants/invites/${version}/user`, { headers, body });
    expectRefusal(await post({ ...both, expiresInMinutes: 0 }), 400, faults('expiresInMinutes must not be less than 1'));
    expectRefusal(await post({ ...both, expiresInMinutes: 525_601 }), 400, faults('expiresInMinutes must not be greater than 525600'));
    expectRefusal(await post({ expiresInMinutes: 5 }), 400, faults('shouldSendEmail must be a boolean value'));
    expectRefusal(await post(both, 'v2'), 400, faults('roleIds must be an array'));
    expectRefusal(await post({ ...both, roleIds: ['nothing'] }, 'v2'), 404, refusal('Role not found'));
    expectRefusal(
      await post({ ...both, roleIds: Array.from({ length: 201 }, () => 'x') }, 'v2'),
      400,
      faults('roleIds must not be greater than 200'),
    );
  });
});

describe('links that an environment token makes', () => {
  test('are of the tenant itself or of a member, listed oldest first and deleted by id', async () => {
    const { tenantId, id, environment } = await host();
    const general = await linkTo(harness, tenantId, { roleIds: [roleIds.readOnly] });
    expect(general).toMatchObject({ tenantId, roleIds: [roleIds.readOnly], shouldSendEmail: false });
    expect(general.userId).toBeUndefined();
    expect(new Date(general.expires).getTime() - harness.clock.now().getTime()).toBe(10_080 * 60_000);
    harness.clock.advance({ seconds: 1 });
    const another = await linkTo(harness, tenantId, { expiresInMinutes: 5, shouldSendEmail: true });
    harness.clock.advance({ seconds: 1 });
    const own = await linkTo(harness, tenantId, { userId: id });
    const all = await call(harness, 'GET', `${path}/all`, { headers: environment });
    expect(all.json()).toEqual([general, another, own]);
    const everywhere = (await call(harness, 'GET', `${path}/all`, { headers: await asEnvironment(harness) })).json<{ id: string }[]>();
    expect(everywhere.map((link) => link.id)).toEqual(expect.arrayContaining([general.id, another.id, own.id]));
    expectEmpty(await call(harness, 'DELETE', `${path}/token/${another.id}`, { headers: environment }), 200);
    for (const gone of [another.id, 'nothing'])
      expectRefusal(await call(harness, 'DELETE', `${path}/token/${gone}`, { headers: environment }), 404, notFound);
    const elsewhere = await asEnvironment(harness, (await host()).tenantId);
    expectRefusal(await call(harness, 'DELETE', `${path}/token/${own.id}`, { headers: elsewhere }), 404, notFound);
  });

  test('name a tenant that exists and a member of it, and no user makes one', async () => {
    const { tenantId, id, headers } = await host();
    const environment = await asEnvironment(harness);
    const post = (body: object, by = environment) => call(harness, 'POST', path, { headers: by, body });
    expectRefusal(await post({ tenantId: 'nowhere' }), 404, refusal('Tenant not found'));
    expectRefusal(await post({ tenantId, userId: 'nobody' }), 404, refusal('User not found'));
    expectRefusal(await post({ tenantId: await createTenant(harness, `links-${++born}`), userId: id }), 404, refusal('User not found'));
    expectRefusal(await post({}), 400, faults('tenantId should not be empty'));
    expectRefusal(await post({ tenantId }, headers), 403, forbidden);
    for (const [method, url] of [
      ['GET', `${path}/all`],
      ['DELETE', `${path}/token/x`],
    ] as const)
      expectRefusal(await call(harness, method, url, { headers }), 403, forbidden);
  });
});

test('anybody who has the token reads where a link leads, and nobody else learns whether there is one', async () => {
  const { tenantId } = await host();
  const link = await linkTo(harness, tenantId);
  const read = await call(harness, 'POST', `${path}/verify`, { body: { token: link.token } });
  expect([read.statusCode, read.json()]).toEqual([200, link]);
  expectRefusal(await call(harness, 'POST', `${path}/verify`, { body: { token: 'x' } }), 404, notFound);
  expectRefusal(await call(harness, 'POST', `${path}/verify`, { body: {} }), 400, faults('token should not be empty'));
});

test('while links are switched off, none is made, none works, and portals learn it; the ones that were made work again later', async () => {
  const { tenantId, headers } = await host();
  const [general, own] = [await linkTo(harness, tenantId), await ownLink(harness, headers)];
  const configuration = async () => (await call(harness, 'GET', `${path}/configuration`, { headers })).json();
  expect(await configuration()).toEqual({ tenantInvitationsAllowed: true, emailsEnabled: true });
  await allowInvitations(harness, false);
  expect(await configuration()).toEqual({ tenantInvitationsAllowed: false, emailsEnabled: true });
  const off = refusal('Invitations are disabled');
  expectRefusal(await call(harness, 'POST', `${path}/user`, { headers, body: both }), 403, off);
  expectRefusal(await call(harness, 'POST', '/tenants/invites/v2/user', { headers, body: { ...both, roleIds: [] } }), 403, off);
  expectRefusal(await call(harness, 'POST', path, { headers: await asEnvironment(harness), body: { tenantId } }), 403, off);
  for (const { token } of [general, own]) expectRefusal(await call(harness, 'POST', `${path}/verify`, { body: { token } }), 404, notFound);
  await allowInvitations(harness);
  expect((await call(harness, 'POST', `${path}/verify`, { body: { token: own.token } })).json()).toMatchObject({ id: own.id });
});

test('what was made, changed and deleted is in the audit trail, without tokens', async () => {
  const { id, headers, tenantId } = await host();
  const { id: linkId, token } = await ownLink(harness, headers);
  await call(harness, 'PATCH', `${path}/user`, { headers, body: { expiresInMinutes: 9, shouldSendEmail: true } });
  await call(harness, 'DELETE', `${path}/user`, { headers });
  const kinds = ['INVITATION_CREATED', 'INVITATION_UPDATED', 'INVITATION_DELETED'] as const;
  const { items } = await harness.app.store.events.list({ tenantId, kinds }, { limit: 9, direction: 'forward', cursor: null });
  expect(items.map(({ kind, reason, actorId, userId }) => [kind, reason, actorId, userId]).sort()).toEqual([
    ['INVITATION_CREATED', linkId, id, id],
    ['INVITATION_DELETED', linkId, id, id],
    ['INVITATION_UPDATED', `${linkId}: expiresAt notifiesOwner`, id, id],
  ]);
  expect(JSON.stringify(items)).not.toContain(token);
});
