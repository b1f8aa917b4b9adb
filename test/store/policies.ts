import { describe, expect, test } from 'vitest';
import type { MfaPolicy, SettingsOwner } from '../../src/domain/policy/policy.ts';
import { defaultPolicyFields, maxDeviceExpirationSeconds, noGrace } from '../../src/domain/policy/policy.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

/** What the settings of the environment and its tenants promise. */
export function policyContract(open: Open): void {
  describe('MFA policies', () => {
    const store = useStore(open);
    const policyOf = (tenantId: SettingsOwner): MfaPolicy => ({
      id: newId(),
      tenantId,
      ...defaultPolicyFields,
      ...noGrace,
      createdAt: at(0),
      updatedAt: at(0),
    });
    const addTenant = async (): Promise<string> => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      return tenant.id;
    };

    test('of 20 concurrent creations for the environment exactly one wins', async () => {
      const created = await race(20, () => store().policies.create(policyOf(null)));
      expect(countOf(created, (won) => won)).toBe(1);
      expect(await store().policies.findMany([null])).toHaveLength(1);
    });

    test('of 20 concurrent creations for a tenant exactly one wins, the same in a transaction', async () => {
      const [one, other] = [await addTenant(), await addTenant()];
      const plain = await race(20, () => store().policies.create(policyOf(one)));
      const inTransaction = await race(20, () => store().transact('NOTHING', () => store().policies.create(policyOf(other))));
      expect(countOf(plain, (won) => won)).toBe(1);
      expect(countOf(inTransaction, (won) => won)).toBe(1);
    });

    test('policies are found for one, two or many owners, each once', async () => {
      const tenantIds = [await addTenant(), await addTenant(), await addTenant()] as const;
      const policies = tenantIds.map((tenantId) => policyOf(tenantId));
      for (const policy of policies) await store().policies.create(policy);
      const [first, second] = policies;
      expect(await store().policies.findMany([tenantIds[0]])).toEqual([first]);
      expect(await store().policies.findMany([tenantIds[0], tenantIds[0]])).toEqual([first]);
      expect(new Set(await store().policies.findMany([tenantIds[0], tenantIds[1]]))).toEqual(new Set([first, second]));
      expect(new Set((await store().policies.findMany(tenantIds)).map((policy) => policy.id))).toEqual(new Set(policies.map((policy) => policy.id)));
      expect(await store().policies.findMany([])).toEqual([]);
    });

    test('a tenant named like the owner of the environment is not the environment', async () => {
      await store().tenants.create(tenantOf({ id: 'environment' }));
      expect(await store().policies.findMany(['environment'])).toEqual([]);
    });

    test('an update changes the fields given alone, and answers what is stored', async () => {
      const tenantId = await addTenant();
      const policy = policyOf(tenantId);
      await store().policies.create(policy);
      const updated = await store().policies.update(tenantId, { mfaDeviceExpirationSeconds: maxDeviceExpirationSeconds }, at(7));
      expect(updated).toEqual({ ...policy, mfaDeviceExpirationSeconds: maxDeviceExpirationSeconds, updatedAt: at(7) });
      expect(await store().policies.findMany([tenantId])).toEqual([updated]);
      expect(await store().policies.update(await addTenant(), { allowRememberMyDevice: true }, at(7))).toBeNull();
    });
  });

  describe('strategy settings', () => {
    const store = useStore(open);

    test('a setting is kept once an owner and strategy, the latest counts', async () => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      await store().strategySettings.set({ tenantId: null, strategy: 'SMS', active: true }, at(0));
      await store().strategySettings.set({ tenantId: tenant.id, strategy: 'SMS', active: true }, at(0));
      await store().strategySettings.set({ tenantId: tenant.id, strategy: 'SMS', active: false }, at(1));
      expect(await store().strategySettings.findMany([tenant.id])).toEqual([{ tenantId: tenant.id, strategy: 'SMS', active: false }]);
      expect(await store().strategySettings.findMany([null])).toEqual([{ tenantId: null, strategy: 'SMS', active: true }]);
      expect(await store().strategySettings.findMany([null, tenant.id])).toHaveLength(2);
      expect(await store().strategySettings.findMany([null, tenant.id, newId()])).toHaveLength(2);
      expect(await store().strategySettings.findMany([])).toEqual([]);
    });

    test('20 concurrent settings of one strategy leave one row', async () => {
      await race(20, (index) => store().strategySettings.set({ tenantId: null, strategy: 'EMAIL_CODE', active: index % 2 === 0 }, at(0)));
      const settings = await store().strategySettings.findMany([null]);
      expect(settings.filter((setting) => setting.strategy === 'EMAIL_CODE')).toHaveLength(1);
    });
  });
}
