import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, logIn, password } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, openHarness, start } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { asUser, call, expectEmpty, expectRefusal, faults, forbidden, refusal, unauthorized, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});
const inTenant = (tenantId: string, headers = environment) => ({ ...headers, 'frontegg-tenant-id': tenantId });
const invite = (headers: Record<string, string>, users: readonly object[], of: Harness = harness) =>
  call(of, 'POST', '/users/bulk/v1/invite', { headers, body: { users } });
const status = (headers: Record<string, string>, id: string, of: Harness = harness) => call(of, 'GET', `/users/bulk/v1/status/${id}`, { headers });

/** Invites, waits until nobody is left, and answers the status. */
async function finished(headers: Record<string, string>, users: readonly object[]) {
  const started = await invite(headers, users);
  expect(started.statusCode, started.body).toBe(202);
  await harness.app.bulkInvitations.run();
  return (await status(headers, started.json<{ id: string }>().id)).json<{ status: string; processed: number; errors: object[] }>();
}
const mailsTo = async (email: string, of: Harness = harness) => {
  await of.app.outbox.flush();
  return of.mail.filter(({ to }) => to === email).map(({ template }) => template);
};

/** A tenant with somebody who may invite, and nothing more. */
async function inviter(name: string, level?: number) {
  const tenantId = await createTenant(harness, name);
  const role = await createRole(harness, tenantId, 'inviter', ['fe.secure.write.users']);
  if (level !== undefined) await call(harness, 'PATCH', `/roles/v1/${role}`, { headers: inTenant(tenantId), body: { level } });
  const user = await createUser(harness, tenantId, `inviter@${name}.example`, { roleIds: [role] });
  return { tenantId, userId: user.id, role, headers: await asUser(harness, user.email) };
}

describe('an operator who invites many people', () => {
  test('gets an id at once, and the status tells who came in and who was refused, in the order of the call', async () => {
    const tenantId = await createTenant(harness, 'bulk-operator');
    const headers = inTenant(tenantId);
    const member = await createUser(harness, tenantId, 'member@bulk.example');
    const elsewhere = await createUserInTenant(harness, 'bulk-elsewhere');
    const started = await invite(headers, [
      { email: 'mailed@bulk.example', name: 'Mia' },
      { email: member.email },
      { username: elsewhere.email },
      { email: 'vouched@bulk.example', password, verified: true },
      { email: 'short@bulk.example', password: 'short' },
      { email: 'silent@bulk.example', skipInviteEmail: true, expirationInSeconds: 600, metadata: { a: 1 } },
      { email: 'role@bulk.example', roleIds: ['no-such-role'] },
    ]);
    expect(started.statusCode, started.body).toBe(202);
    const { id } = started.json<{ id: string }>();
    expect(id).toMatch(uuid);
    await harness.app.bulkInvitations.run();
    expect((await status(headers, id)).json()).toEqual({
      id,
      status: 'CompletedWithErrors',
      total: 7,
      processed: 7,
      errors: [
        { email: member.email, message: 'User already exists' },
        { email: 'short@bulk.example', message: 'Password must be at least 8 characters long' },
        { email: 'role@bulk.example', message: 'Role not found' },
      ],
    });
    const members = await harness.app.store.users.findByEmail('silent@bulk.example');
    expect(members).toMatchObject({ verified: true, metadata: '{"a":1}', activeTenantId: tenantId });
    expect(await harness.app.store.users.findByEmail('mailed@bulk.example')).toMatchObject({ verified: false, name: 'Mia' });
    expect((await harness.app.store.users.memberships([elsewhere.id])).map((one) => one.tenantId)).toContain(tenantId);
    expect((await logIn(harness, 'vouched@bulk.example')).statusCode).toBe(200);
    expect([await mailsTo('mailed@bulk.example'), await mailsTo('vouched@bulk.example'), await mailsTo('silent@bulk.example')]).toEqual([
      ['ACTIVATION'],
      [],
      [],
    ]);
    expect(await harness.app.store.events.count({ tenantId, kinds: ['USER_CREATED'] })).toBe(4);
    // Invalid input is not recorded; the other two refusals are, as for a single invitation.
    expect(await harness.app.store.events.count({ tenantId, kinds: ['REQUEST_REFUSED'] })).toBe(2);
  });

  test('sees nobody begun before the first one, and everybody done without errors at the end', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-states'));
    const id = (await invite(headers, [{ email: 'one@states.example' }])).json<{ id: string }>().id;
    expect(['NotStarted', 'Completed']).toContain((await status(headers, id)).json<{ status: string }>().status);
    await harness.app.bulkInvitations.run();
    expect((await status(headers, id)).json()).toEqual({ id, status: 'Completed', total: 1, processed: 1, errors: [] });
  });

  test('names the tenant, and one fault in the shape of one person refuses all of them', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-shape'));
    expectRefusal(await invite(environment, [{ email: 'a@shape.example' }]), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
    expectRefusal(await invite(headers, []), 400, faults('users must not be less than 1'));
    const good = { email: 'good@shape.example' };
    expectRefusal(await invite(headers, [good, { email: 'no address' }]), 400, faults('email must be an email'));
    expectRefusal(await invite(headers, [good, {}]), 400, faults('email should not be empty'));
    expect((await invite(headers, Array(1001).fill(good))).statusCode).toBe(400);
    expect(await harness.app.store.users.findByEmail(good.email)).toBeNull();
  });

  test('has room for a thousand people with their roles in one call', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-thousand'));
    const people = Array.from({ length: 1_000 }, (_, index) => ({
      email: `p${index}@thousand.example`,
      roleIds: [roleIds.readOnly],
      name: 'Somebody',
    }));
    expect(await finished(headers, people)).toMatchObject({ status: 'Completed', processed: 1_000 });
  });

  test('waits while ten calls of the tenant are under way', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-limit'));
    const broken = harness.app.store.bulkInvitations.claimDue;
    Object.assign(harness.app.store.bulkInvitations, { claimDue: async () => [] });
    try {
      for (let calls = 0; calls < 10; calls += 1) expect((await invite(headers, [{ email: `l${calls}@limit.example` }])).statusCode).toBe(202);
      expect((await invite(headers, [{ email: 'l@limit.example' }])).statusCode).toBe(429);
    } finally {
      Object.assign(harness.app.store.bulkInvitations, { claimDue: broken });
    }
    await harness.app.bulkInvitations.run();
    expect((await invite(headers, [{ email: 'l@limit.example' }])).statusCode).toBe(202);
  });
});

describe('a user who may invite many people', () => {
  test('invites by the rules of a single invitation, and reads the status as everybody does who may invite', async () => {
    const { tenantId, headers } = await inviter('bulk-user', 5);
    const known = await createUserInTenant(harness, 'bulk-known');
    const report = await finished(headers, [
      { email: 'new@bulk-user.example', mfaBypass: true, verified: true },
      { email: known.email },
      { email: 'strong@bulk-user.example', roleIds: [roleIds.admin] },
    ]);
    expect(report).toMatchObject({ errors: [{ email: 'strong@bulk-user.example', message: 'Role level is too low' }] });
    expect(await harness.app.store.users.findByEmail('new@bulk-user.example')).toMatchObject({ verified: false, mfaBypass: false });
    expect(await mailsTo('new@bulk-user.example')).toEqual(['ACTIVATION']);
    expect(await mailsTo(known.email)).toEqual(['INVITATION']);
    expect(await harness.app.store.users.memberships([known.id])).toContainEqual(expect.objectContaining({ tenantId, pending: true }));
  });

  test('sets no password, and gets nothing without the permission or of another tenant', async () => {
    const { headers } = await inviter('bulk-bounds');
    const person = { email: 'x@bounds.example' };
    expectRefusal(await invite(headers, [person, { ...person, password }]), 400, faults('password is not allowed here'));
    const reader = await createUserInTenant(harness, 'bulk-reader', { roleIds: [roleIds.readOnly] });
    const asReader = await asUser(harness, reader.email);
    expectRefusal(await invite(asReader, [person]), 403, forbidden);
    expectRefusal(await invite({}, [person]), 401, unauthorized);
    const { id } = (await invite(headers, [person])).json<{ id: string }>();
    expectRefusal(await status(asReader, id), 403, forbidden);
    const other = await inviter('bulk-other');
    expectRefusal(await status(other.headers, id), 404, refusal('Bulk invitation not found', 'ER-00004'));
    expectRefusal(await status(inTenant('bulk-other'), id), 404, refusal('Bulk invitation not found', 'ER-00004'));
    expectRefusal(await status(headers, 'unknown'), 404, refusal('Bulk invitation not found', 'ER-00004'));
    expect((await status(headers, id)).statusCode).toBe(200);
  });

  test.each([
    [
      'loses the permission',
      'Forbidden',
      (who: Awaited<ReturnType<typeof inviter>>) =>
        call(harness, 'DELETE', `/users/v1/${who.userId}/roles`, { headers: inTenant(who.tenantId), body: { roleIds: [who.role] } }),
    ],
    [
      'is locked',
      'Unauthorized',
      (who: Awaited<ReturnType<typeof inviter>>) => call(harness, 'POST', `/users/v1/${who.userId}/lock`, { headers: inTenant(who.tenantId) }),
    ],
  ] as const)('invites nobody more who %s meanwhile', async (what, message, act) => {
    const name = `bulk-${what.replaceAll(' ', '-')}`;
    const who = await inviter(name);
    const claimDue = harness.app.store.bulkInvitations.claimDue;
    Object.assign(harness.app.store.bulkInvitations, { claimDue: async () => [] });
    const { id } = (await invite(who.headers, [{ email: `late@${name}.example` }])).json<{ id: string }>();
    expect((await act(who)).statusCode).toBeLessThan(300);
    Object.assign(harness.app.store.bulkInvitations, { claimDue });
    await harness.app.bulkInvitations.run();
    expect((await status(inTenant(who.tenantId), id)).json()).toMatchObject({ errors: [{ email: `late@${name}.example`, message }] });
    expect(await harness.app.store.users.findByEmail(`late@${name}.example`)).toBeNull();
  });
});

describe('a bulk invitation', () => {
  test('goes on after a restart, and invites nobody twice', async () => {
    const database = await openDatabase();
    const clock = new HandClock(start);
    const first = await openHarness({ databaseUrl: database.url, clock });
    const headers = inTenant(await createTenant(first, 'bulk-restart'), await asEnvironment(first));
    const { claimDue } = first.app.store.bulkInvitations;
    // The server stops after the first ten of them.
    Object.assign(first.app.store.bulkInvitations, { claimDue: async () => [] });
    const people = Array.from({ length: 25 }, (_, index) => ({ email: `r${index}@restart.example` }));
    const { id } = (await invite(headers, people, first)).json<{ id: string }>();
    let batches = 0;
    Object.assign(first.app.store.bulkInvitations, {
      claimDue: async (now: Date, until: Date, limit: number) => {
        batches += 1;
        const claimed = batches <= 2 ? await claimDue(now, until, limit) : [];
        return batches === 1 ? claimed : [];
      },
    });
    await first.app.bulkInvitations.run();
    expect((await status(headers, id, first)).json()).toMatchObject({ status: 'InProgress', processed: 10 });
    await first.close();

    const second = await openHarness({ databaseUrl: database.url, clock });
    const again = inTenant('bulk-restart', await asEnvironment(second));
    await second.app.bulkInvitations.run();
    // Ten were reserved by the server that stopped.
    expect((await status(again, id, second)).json()).toMatchObject({ processed: 15 });
    clock.advance({ seconds: 61 });
    await second.app.bulkInvitations.run();
    expect((await status(inTenant('bulk-restart', await asEnvironment(second)), id, second)).json()).toMatchObject({
      status: 'Completed',
      processed: 25,
    });
    await second.app.outbox.flush();
    expect([...first.mail, ...second.mail].map(({ to }) => to).sort()).toEqual(people.map(({ email }) => email).sort());
    await second.close();
    await database.drop();
  });

  test('of two instances that work at once invites everybody once', async () => {
    const instances = await openInstances();
    const headers = inTenant(await createTenant(instances, 'bulk-instances'), await asEnvironment(instances));
    const people = Array.from({ length: 40 }, (_, index) => ({ email: `i${index}@instances.example` }));
    const { id } = (await invite(headers, people, instances)).json<{ id: string }>();
    while ((await status(headers, id, instances)).json<{ status: string }>().status !== 'Completed') await instances.app.bulkInvitations.run();
    await instances.app.outbox.flush();
    expect(instances.mail.map(({ to }) => to).sort()).toEqual(people.map(({ email }) => email).sort());
    await instances.close();
  });

  test('tries somebody again whom a fault of the server kept out, five times, and then reports it', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-faults'));
    const { users } = harness.app.store;
    const { create } = users;
    let failures = 1;
    Object.assign(users, {
      create: async (...given: Parameters<typeof create>) => {
        failures -= 1;
        if (failures >= 0) throw new Error('the disk is gone');
        return create.call(users, ...given);
      },
    });
    try {
      const once = await finished(headers, [{ email: 'once@faults.example' }]);
      expect(once).toMatchObject({ status: 'NotStarted', errors: [] });
      harness.clock.advance({ seconds: 61 });
      await harness.app.bulkInvitations.run();
      expect(await harness.app.store.users.findByEmail('once@faults.example')).not.toBeNull();
      failures = 1_000;
      const { id } = (await invite(headers, [{ email: 'always@faults.example' }])).json<{ id: string }>();
      for (let attempts = 0; attempts < 5; attempts += 1) {
        await harness.app.bulkInvitations.run();
        harness.clock.advance({ seconds: 61 });
      }
      const report = await status(inTenant('bulk-faults', await asEnvironment(harness)), id);
      expect(report.json()).toMatchObject({
        status: 'CompletedWithErrors',
        errors: [{ email: 'always@faults.example', message: 'Service unavailable' }],
      });
    } finally {
      Object.assign(users, { create });
    }
    environment = await asEnvironment(harness);
  });

  test('can be read for seven days', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-kept'));
    const { id } = (await invite(headers, [{ email: 'x@kept.example', roleIds: ['none'] }])).json<{ id: string }>();
    await harness.app.bulkInvitations.run();
    harness.clock.advance({ seconds: 7 * 86_400 - 1 });
    await harness.app.cleanup.run();
    environment = await asEnvironment(harness);
    expect((await status(inTenant('bulk-kept'), id)).json()).toMatchObject({ errors: [{ email: 'x@kept.example' }] });
    harness.clock.advance({ seconds: 2 });
    await harness.app.cleanup.run();
    expectRefusal(await status(inTenant('bulk-kept'), id), 404, refusal('Bulk invitation not found', 'ER-00004'));
  });

  test('of a deleted tenant invites nobody more and is gone', async () => {
    const headers = inTenant(await createTenant(harness, 'bulk-gone'));
    const { claimDue } = harness.app.store.bulkInvitations;
    Object.assign(harness.app.store.bulkInvitations, { claimDue: async () => [] });
    const { id } = (await invite(headers, [{ email: 'x@gone.example' }])).json<{ id: string }>();
    expectEmpty(await harness.send({ method: 'DELETE', url: '/tenants/resources/tenants/v1/bulk-gone', headers: environment }), 200);
    Object.assign(harness.app.store.bulkInvitations, { claimDue });
    await harness.app.bulkInvitations.run();
    expect(await harness.app.store.users.findByEmail('x@gone.example')).toBeNull();
    expect(await harness.app.store.bulkInvitations.findMany([id])).toEqual([]);
  });
});
