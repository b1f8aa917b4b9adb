import { describe, expect, test } from 'vitest';
import type { LockoutPolicy } from '../../src/domain/lockout/lockout-policy.ts';
import { maxStoredAttempts } from '../../src/domain/lockout/lockout-policy.ts';
import { longestCheckSeconds } from '../../src/domain/lockout/password-failures.ts';
import type { SettingsOwner } from '../../src/domain/policy/policy.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

/** What locking after wrong passwords rests on. */
export function lockoutContract(open: Open): void {
  describe('lockout policies', () => {
    const store = useStore(open);
    const policyOf = (tenantId: SettingsOwner, change: Partial<LockoutPolicy> = {}): LockoutPolicy => ({
      ...{ id: newId(), tenantId, enabled: true, maxAttempts: 5, createdAt: at(0), updatedAt: at(0) },
      ...change,
    });
    const addTenant = async (): Promise<string> => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      return tenant.id;
    };

    test('of 20 concurrent creations for an owner exactly one wins', async () => {
      const tenantId = await addTenant();
      for (const owner of [null, tenantId]) {
        expect(countOf(await race(20, () => store().lockoutPolicies.create(policyOf(owner))), (won) => won)).toBe(1);
      }
      expect(await store().lockoutPolicies.findMany([null, tenantId, newId()])).toHaveLength(2);
      expect(await store().lockoutPolicies.findMany([])).toEqual([]);
    });

    test('an update changes the fields given alone, answers what is stored, and null where nothing is', async () => {
      const tenantId = await addTenant();
      const policy = policyOf(tenantId, { enabled: false, maxAttempts: maxStoredAttempts });
      await store().lockoutPolicies.create(policy);
      const updated = await store().lockoutPolicies.update(tenantId, { enabled: true }, at(7));
      expect(updated).toEqual({ ...policy, enabled: true, updatedAt: at(7) });
      expect(await store().lockoutPolicies.findMany([tenantId])).toEqual([updated]);
      expect(await store().lockoutPolicies.update(await addTenant(), { enabled: true }, at(7))).toBeNull();
    });

    test('the database itself refuses a number below one', async () => {
      await expect(store().lockoutPolicies.create(policyOf(await addTenant(), { maxAttempts: 0 }))).rejects.toThrow();
    });
  });

  describe('wrong passwords', () => {
    const store = useStore(open);
    const newUser = async (): Promise<string> => (await addPerson(store())).user.id;

    test('of 100 parallel checks as many are counted as the limit says, each with a number of its own', async () => {
      const userId = await newUser();
      const numbers = await race(100, () => store().passwordFailures.charge(userId, 5, at(0)));
      expect(numbers.filter((number) => number !== null).sort()).toEqual([1, 2, 3, 4, 5]);
    });

    test('the row ends with a right password, for that user alone', async () => {
      const [one, other] = [await newUser(), await newUser()];
      for (const userId of [one, other]) expect(await store().passwordFailures.charge(userId, 2, at(0))).toBe(1);
      await store().passwordFailures.clear(one);
      expect(await store().passwordFailures.charge(one, 2, at(0))).toBe(1);
      expect(await store().passwordFailures.charge(other, 2, at(0))).toBe(2);
      expect(await store().passwordFailures.charge(other, 2, at(0))).toBeNull();
    });

    test('a full row that nobody acted upon lets one more check through once none can be under way', async () => {
      const userId = await newUser();
      expect(await store().passwordFailures.charge(userId, 1, at(0))).toBe(1);
      expect(await store().passwordFailures.charge(userId, 1, at(longestCheckSeconds - 0.001))).toBeNull();
      const numbers = await race(20, () => store().passwordFailures.charge(userId, 1, at(longestCheckSeconds)));
      expect(numbers.filter((number) => number !== null)).toEqual([2]);
    });
  });

  describe('locks', () => {
    const store = useStore(open);

    test('of 20 that lock or unlock at once one changes something', async () => {
      const { user } = await addPerson(store());
      for (const locked of [true, false]) {
        expect(countOf(await race(20, () => store().users.setLocked(user.id, locked, at(5))), (changed) => changed)).toBe(1);
        expect(await store().users.findMany([user.id])).toEqual([{ ...user, locked, updatedAt: at(5) }]);
      }
      expect(await store().users.setLocked(newId(), true, at(5))).toBe(false);
    });
  });
}
