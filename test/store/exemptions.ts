import { describe, expect, test } from 'vitest';
import type { MfaExemption } from '../../src/domain/policy/exemption.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What exemptions from the second factor promise. */
export function exemptionContract(open: Open): void {
  describe('exemptions', () => {
    const store = useStore(open);
    const add = async (userId: string, change: Partial<MfaExemption> = {}): Promise<MfaExemption> => {
      const exemption = {
        ...{ id: newId(), userId, tenantId: null, reason: 'a lost phone', grantedBy: null },
        ...{ createdAt: at(0), until: at(90), endedAt: null },
        ...change,
      };
      await store().mfaExemptions.add(exemption);
      return exemption;
    };
    const expiredOf = async (userId: string, now: Date) =>
      (await store().mfaExemptions.expired(now, 1_000)).filter((exemption) => exemption.userId === userId);
    const exemptUntil = async (userId: string) => (await store().users.findMany([userId]))[0]?.exemptUntil;

    test('last from the moment they are added until their end, which the row of the person repeats', async () => {
      const [{ user, tenant }, other] = [await addPerson(store()), await addPerson(store())];
      const [own, wide] = [await add(user.id, { tenantId: tenant.id, until: at(50) }), await add(user.id)];
      expect(await exemptUntil(user.id)).toEqual(at(90));
      expect(await store().mfaExemptions.lasting([user.id, other.user.id], at(49.999))).toEqual(
        [own, wide].sort((one, another) => (one.id < another.id ? -1 : 1)),
      );
      expect(await store().mfaExemptions.lasting([user.id], at(50))).toEqual([wide]);
      expect(await expiredOf(user.id, at(50))).toEqual([own]);
      expect(await store().mfaExemptions.end(wide, at(60))).toBe(true);
      expect(await exemptUntil(user.id)).toEqual(at(50));
      expect(await store().mfaExemptions.end(own, at(60))).toBe(true);
      expect(await exemptUntil(user.id)).toBeNull();
      expect(await store().mfaExemptions.findMany([own.id])).toEqual([{ ...own, endedAt: at(60) }]);
      expect(await expiredOf(user.id, at(100))).toEqual([]);
    });

    test('end in the order of their ends, page by page, and only those of the tenant', async () => {
      const [{ user, tenant }, other] = [await addPerson(store()), await addPerson(store())];
      const late = await add(user.id, { tenantId: tenant.id, until: at(80) });
      const early = await add(other.user.id, { tenantId: tenant.id, until: at(70) });
      const before = await store().mfaExemptions.count(null, at(1));
      const elsewhere = await add(user.id, { until: at(60) });
      const page = { limit: 1, direction: 'forward', cursor: null } as const;
      expect(await store().mfaExemptions.list(tenant.id, page, at(1))).toEqual({ items: [early], hasMore: true });
      const after = { ...page, cursor: { at: early.until, id: early.id } };
      expect(await store().mfaExemptions.list(tenant.id, after, at(1))).toEqual({ items: [late], hasMore: false });
      const ids = [early.id, late.id, elsewhere.id];
      const everywhere = await store().mfaExemptions.list(null, { ...page, limit: 1_000 }, at(65));
      expect(everywhere.items.filter(({ id }) => ids.includes(id))).toEqual([early, late]);
      expect([await store().mfaExemptions.count(tenant.id, at(1)), await store().mfaExemptions.count(null, at(1))]).toEqual([2, before + 1]);
    });

    test('of 20 that end one at once, one does, and of 20 that add one at once, the last is left', async () => {
      const { user } = await addPerson(store());
      const exemption = await add(user.id);
      expect(countOf(await race(20, () => store().mfaExemptions.end(exemption, at(1))), (won) => won)).toBe(1);
      await race(20, () => add(user.id));
      expect(await store().mfaExemptions.lasting([user.id], at(1))).toHaveLength(1);
    });

    test('go with their tenant and with their person', async () => {
      const [{ user, tenant }, other] = [await addPerson(store()), await addPerson(store())];
      await add(user.id, { tenantId: tenant.id });
      const kept = await add(other.user.id, { tenantId: other.tenant.id });
      await store().mfaExemptions.removeAllOfTenant(tenant.id);
      expect([await exemptUntil(user.id), await exemptUntil(other.user.id)]).toEqual([null, kept.until]);
      expect(await store().users.remove(other.user.id)).toBe(true);
      expect(await store().mfaExemptions.findMany([kept.id])).toEqual([]);
    });

    test('that a person held a factor is kept when the factor is gone, with the time of the first', async () => {
      const { user } = await addPerson(store());
      const authenticator = { userId: user.id, strategy: 'AUTHENTICATOR_APP', name: 'Phone', sealedCredential: new Uint8Array(1) } as const;
      const more = { highWaterMark: 0, lastUsedAt: null };
      const taken = { ...authenticator, ...more, id: newId(), identityHash: newId(), createdAt: at(3) };
      const { user: somebodyElse } = await addPerson(store());
      await store().authenticators.add({ ...taken, userId: somebodyElse.id });
      // One that was refused was never held.
      expect(await store().authenticators.add({ ...taken, id: newId() })).toBe(false);
      const heldAt = async () => (await store().users.findMany([user.id]))[0]?.heldFactorAt;
      expect(await heldAt()).toBeNull();
      await store().authenticators.add({ ...authenticator, ...more, id: newId(), identityHash: null, createdAt: at(5) });
      await store().authenticators.endAllOf(user.id);
      await store().authenticators.add({ ...authenticator, ...more, id: newId(), identityHash: null, createdAt: at(7) });
      expect(await heldAt()).toEqual(at(5));
    });
  });
}
