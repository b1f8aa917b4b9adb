import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor, Caller } from '../../../src/domain/access/actor.ts';
import type { TestUser } from '../../support/builders.ts';
import { createUserInTenant, enroll, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';

let harness: Harness;
/** Both have a factor, a recovery code and a remembered device. */
let mine: TestUser;
let other: TestUser;
beforeAll(async () => {
  harness = await openHarness();
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true });
  [mine, other] = [await createUserInTenant(harness, 'reads-mine'), await createUserInTenant(harness, 'reads-other')];
  for (const { id, email } of [mine, other]) {
    await enroll(harness, email);
    const at = harness.clock.now();
    await harness.app.store.rememberedDevices.add({
      id: `device-${id}`,
      userId: id,
      tokenHash: `hash-${id}`,
      name: '',
      createdAt: at,
      lastUsedAt: at,
    });
  }
});
afterAll(() => harness.close());

const origin = { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: '', requestId: 'reads' };
const asUser = ({ id, tenantId }: TestUser): Actor => {
  const session = { sessionId: 'session', mfaProvenAt: null, tokenMfa: null };
  return { kind: 'USER', userId: id, tenantId, tenantIds: [tenantId], rights: { roles: ['All'], permissions: ['fe.*'], level: 0 }, ...session };
};
const nobody: Actor = { kind: 'NOBODY' };
const inTenant = (tenantId: string | null): Actor => ({ kind: 'ENVIRONMENT', tenantId });
const caller = (actor: Actor): Caller => ({ actor, origin });

/** How much a caller reads of both users: memberships, authenticators, recovery codes, devices. */
async function read(actor: Actor): Promise<number[][]> {
  const { users, authenticators, recoveryCodes, rememberedDevices } = harness.app.services;
  const asked = { userIds: [mine.id, other.id] };
  const lists = [
    await users.membershipsOf(caller(actor), asked),
    await authenticators.ofUsers(caller(actor), asked),
    await rememberedDevices.ofUsers(caller(actor), asked),
  ];
  return [...lists.map((list) => list.map((items) => items.length)), await recoveryCodes.remainingOf(caller(actor), asked)];
}
const all = (count: number[]) => [count, count, count, count];

describe('what belongs to users is read', () => {
  test('by the user itself alone', async () => {
    expect(await read(asUser(mine))).toEqual(all([1, 0]));
    expect(await read(asUser(other))).toEqual(all([0, 1]));
  });

  test('by an environment token, of the members of the tenant it names', async () => {
    expect(await read(inTenant(null))).toEqual(all([1, 1]));
    expect(await read(inTenant(other.tenantId))).toEqual(all([0, 1]));
  });

  test('by nobody else', async () => {
    await expect(read(nobody)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('what holds in a tenant is read', () => {
  const askFor = (actor: Actor, owners: (string | null)[]) => [
    harness.app.services.policies.effectiveMany(caller(actor), { owners }),
    harness.app.services.strategySettings.effectiveMany(caller(actor), { owners }),
  ];

  test('by its members and by the environment', async () => {
    for (const answer of askFor(asUser(mine), [mine.tenantId])) expect(await answer).toHaveLength(1);
    for (const answer of askFor(inTenant(mine.tenantId), [null, other.tenantId])) expect(await answer).toHaveLength(2);
  });

  test('by nobody else', async () => {
    for (const owners of [[other.tenantId], [null], [mine.tenantId, other.tenantId]]) {
      for (const answer of askFor(asUser(mine), owners)) await expect(answer).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const answer of askFor(nobody, [])) await expect(answer).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('and a stored policy beside others that may not be read', async () => {
    const owners = [mine.tenantId, other.tenantId, null];
    const read = await harness.app.services.policies.findMany(caller(asUser(mine)), { owners });
    expect(read).toEqual([null, expect.objectContaining({ code: 'FORBIDDEN' }), expect.objectContaining({ code: 'FORBIDDEN' })]);
  });
});

test('reads leave no event, refused or not', async () => {
  expect(await query(harness, "select kind from audit_events where request_id = 'reads'")).toEqual([]);
});
