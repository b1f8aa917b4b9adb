import { describe, expect, test } from 'vitest';
import type { MfaPlan } from '../../src/domain/insight/plan.ts';
import { noGrace } from '../../src/domain/policy/policy.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

/** What plans to change settings promise. */
export function mfaPlanContract(open: Open): void {
  describe('plans', () => {
    const store = useStore(open);
    const add = async (change: Partial<MfaPlan> = {}): Promise<MfaPlan> => {
      const plan = {
        ...{ id: newId(), tenantId: null, document: 'version: 1\n', baseRevision: 'base', withinLimits: true },
        ...{ createdAt: at(0), expiresAt: at(900), appliedAt: null },
        ...change,
      };
      await store().mfaPlans.add(plan);
      return plan;
    };

    test('are found as they were added, until they are applied', async () => {
      const plan = await add({ withinLimits: false });
      await add();
      expect(await store().mfaPlans.find(plan.id)).toEqual(plan);
      expect(await store().mfaPlans.apply(plan.id, at(5))).toBe(true);
      expect(await store().mfaPlans.find(plan.id)).toEqual({ ...plan, appliedAt: at(5) });
      expect(await store().mfaPlans.find(newId())).toBeNull();
    });

    test('are applied by one of 20 that try at once', async () => {
      const { id } = await add();
      expect(countOf(await race(20, () => store().mfaPlans.apply(id, at(5))), (won) => won)).toBe(1);
    });

    test('are not applied from the moment at which they expire, nor if a clock that ran ahead has made them', async () => {
      const [plan, ahead] = [await add(), await add({ createdAt: at(61) })];
      expect(await store().mfaPlans.apply(plan.id, at(900))).toBe(false);
      expect(await store().mfaPlans.apply(ahead.id, at(0))).toBe(false);
      expect(await store().mfaPlans.apply(ahead.id, at(1))).toBe(true);
      expect(await store().mfaPlans.apply(plan.id, at(899.999))).toBe(true);
    });

    test('go with the tenant that they were made for, and no others with them', async () => {
      const [tenant, other] = [tenantOf(), tenantOf()];
      for (const one of [tenant, other]) await store().tenants.create(one);
      const [own, foreign, ofAll] = [await add({ tenantId: tenant.id }), await add({ tenantId: other.id }), await add()];
      await store().mfaPlans.removeAllOfTenant(tenant.id);
      expect(await store().mfaPlans.find(own.id)).toBeNull();
      expect(await store().mfaPlans.find(foreign.id)).toEqual(foreign);
      expect(await store().mfaPlans.find(ofAll.id)).toEqual(ofAll);
    });
  });

  describe('the tenants that have settings', () => {
    const store = useStore(open);

    test('are each named once, without the environment, and no more than asked for', async () => {
      const tenants = [tenantOf(), tenantOf(), tenantOf()];
      const timestamps = { createdAt: at(0), updatedAt: at(0) };
      const policy = { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 1, ...noGrace } as const;
      for (const tenant of tenants) await store().tenants.create(tenant);
      for (const tenantId of [null, ...tenants.slice(0, 2).map(({ id }) => id)]) {
        await store().policies.create({ ...policy, ...timestamps, id: newId(), tenantId });
        await store().lockoutPolicies.create({ ...timestamps, id: newId(), tenantId, enabled: true, maxAttempts: 1 });
        for (const strategy of ['SMS', 'EMAIL_CODE'] as const) await store().strategySettings.set({ tenantId, strategy, active: true }, at(0));
      }
      const expected = tenants.slice(0, 2).map(({ id }) => id);
      for (const repository of [store().policies, store().lockoutPolicies, store().strategySettings]) {
        expect((await repository.tenantIds(10)).sort()).toEqual([...expected].sort());
        expect(await repository.tenantIds(1)).toHaveLength(1);
      }
    });
  });
}
