import { describe, expect, test } from 'vitest';
import type { SessionPolicy } from '../../src/domain/session/session-policy.ts';
import { noSessionPolicy } from '../../src/domain/session/session-policy.ts';
import type { Open } from './fixtures.ts';
import { addPerson, addSession, at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

const policyOf = (tenantId: string | null, change: Partial<SessionPolicy> = {}): SessionPolicy => ({
  ...{ id: newId(), tenantId, ...noSessionPolicy, createdAt: at(0), updatedAt: at(0) },
  ...change,
});

/** What the limits of sessions promise: the policies, and what ends sessions by them. */
export function sessionPolicyContract(open: Open): void {
  describe('session policies', () => {
    const store = useStore(open);
    const addTenant = async (): Promise<string> => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      return tenant.id;
    };

    test('of 20 concurrent creations for an owner exactly one wins', async () => {
      const tenantId = await addTenant();
      for (const owner of [null, tenantId]) {
        expect(countOf(await race(20, () => store().sessionPolicies.create(policyOf(owner))), (won) => won)).toBe(1);
      }
      expect(await store().sessionPolicies.findMany([null, tenantId, newId()])).toHaveLength(2);
      expect(await store().sessionPolicies.findMany([])).toEqual([]);
    });

    test('an update changes the fields given alone, answers what is stored, and null where nothing is', async () => {
      const tenantId = await addTenant();
      const policy = policyOf(tenantId, { idleTimeoutEnabled: true, idleTimeoutSeconds: 600 });
      await store().sessionPolicies.create(policy);
      const change = { maxSessionsEnabled: false, maxSessions: 3 };
      const updated = await store().sessionPolicies.update(tenantId, change, at(7));
      expect(updated).toEqual({ ...policy, ...change, updatedAt: at(7) });
      expect(await store().sessionPolicies.findMany([tenantId])).toEqual([updated]);
      expect(await store().sessionPolicies.update(await addTenant(), change, at(7))).toBeNull();
    });

    test('those in force for a session are that of the environment and that of its tenant, by its id and by its refresh token', async () => {
      const { session, tokenHash } = await addSession(store());
      const ours = await addSession(store());
      const own = policyOf(ours.session.tenantId, { absoluteTimeoutEnabled: true, absoluteTimeoutSeconds: 3_600 });
      await store().sessionPolicies.create(own);
      const [environment] = await store().sessionPolicies.findMany([null]);
      const { sessionPolicies } = store();
      const sorted = (policies: SessionPolicy[]) => policies.sort((a, b) => (a.tenantId === null ? -1 : b.tenantId === null ? 1 : 0));
      expect(sorted(await sessionPolicies.ofSession(ours.session.id))).toEqual([environment, own]);
      expect(sorted(await sessionPolicies.ofRefreshToken(ours.tokenHash))).toEqual([environment, own]);
      expect(await sessionPolicies.ofSession(session.id)).toEqual([environment]);
      expect(await sessionPolicies.ofRefreshToken(tokenHash)).toEqual([environment]);
      expect(await sessionPolicies.ofSession(newId())).toEqual([]);
      expect(await sessionPolicies.ofRefreshToken(newId())).toEqual([]);
    });

    test('the database itself refuses a number that no limit may be', async () => {
      const tenantId = await addTenant();
      for (const change of [{ idleTimeoutSeconds: 59 }, { idleTimeoutSeconds: 2_073_601 }, { absoluteTimeoutSeconds: 59 }, { maxSessions: 0 }]) {
        await expect(store().sessionPolicies.create(policyOf(tenantId, change)), JSON.stringify(change)).rejects.toThrow();
      }
    });

    test('that of a tenant is removed, and those of others stay', async () => {
      const [one, other] = [await addTenant(), await addTenant()];
      for (const tenantId of [one, other]) await store().sessionPolicies.create(policyOf(tenantId));
      await store().sessionPolicies.removeAllOfTenant(one);
      const left = await store().sessionPolicies.findMany([null, one, other]);
      expect(left.map(({ tenantId }) => tenantId).sort()).toEqual([null, other].sort());
    });
  });

  describe('limits of sessions', () => {
    const store = useStore(open);
    /** Sessions of one person in one tenant, opened at these seconds, in a tenant with a policy. */
    const addSessions = async (seconds: readonly number[], limits: Partial<SessionPolicy>) => {
      const { user, tenant } = await addPerson(store());
      const made: string[] = [];
      for (const second of seconds) {
        const change = { userId: user.id, tenantId: tenant.id, createdAt: at(second), expiresAt: at(second + 86_400) };
        made.push((await addSession(store(), change)).session.id);
      }
      await store().sessionPolicies.create(policyOf(tenant.id, limits));
      return { userId: user.id, tenantId: tenant.id, ids: made };
    };
    const living = async (ids: readonly string[], now: Date): Promise<boolean[]> =>
      Promise.all(ids.map(async (id) => (await store().sessions.find(id, now)) !== null));

    test('the oldest beyond the number end, the one that is kept counts as the newest, and other tenants are left alone', async () => {
      const most = { maxSessionsEnabled: true, maxSessions: 2 };
      const [mine, others] = [await addSessions([1, 2, 3, 4], most), await addSessions([1, 2, 3], most)];
      const [kept = ''] = mine.ids;
      expect(await store().sessions.endSurplusOf({ id: kept, userId: mine.userId, tenantId: mine.tenantId }, at(10))).toBe(2);
      expect(await living(mine.ids, at(10))).toEqual([true, false, false, true]);
      expect(await store().sessions.endSurplusOf({ id: kept, userId: mine.userId, tenantId: mine.tenantId }, at(10)), 'again').toBe(0);
      expect(await living(others.ids, at(10))).toEqual([true, true, true]);
      await store().sessions.applyLimits(others.tenantId, at(10));
      expect(await living(others.ids, at(10))).toEqual([false, true, true]);
    });

    test('a session that is over takes no place, and a limit that is off takes none away', async () => {
      const mine = await addSessions([1, 2, 3], { maxSessionsEnabled: true, maxSessions: 2 });
      await store().sessions.end(mine.ids[2] ?? '', at(5));
      expect(await store().sessions.endSurplusOf({ id: mine.ids[1] ?? '', ...mine }, at(10))).toBe(0);
      const off = await addSessions([1, 2, 3], { maxSessionsEnabled: false, maxSessions: 1 });
      expect(await store().sessions.endSurplusOf({ id: off.ids[0] ?? '', ...off }, at(10))).toBe(0);
      await store().sessions.applyLimits(off.tenantId, at(10));
      expect(await living(off.ids, at(10))).toEqual([true, true, true]);
    });

    test('an absolute limit moves the end of living sessions forward and never back', async () => {
      const mine = await addSessions([0, 600], { absoluteTimeoutEnabled: true, absoluteTimeoutSeconds: 1_000 });
      const others = await addSessions([0], {});
      for (const { tenantId } of [mine, others]) await store().sessions.applyLimits(tenantId, at(700));
      expect(await living(mine.ids, at(999))).toEqual([true, true]);
      expect(await living(mine.ids, at(1_000))).toEqual([false, true]);
      expect(await living(mine.ids, at(1_600))).toEqual([false, false]);
      expect(await living(others.ids, at(1_600))).toEqual([true]);
      await store().sessionPolicies.update(mine.tenantId, { absoluteTimeoutSeconds: 5_000 }, at(800));
      await store().sessions.applyLimits(mine.tenantId, at(800));
      expect(await living(mine.ids, at(1_000)), 'a looser limit').toEqual([false, true]);
    });

    test('an idle limit counts from the newest refresh token, and what it has ended stays ended', async () => {
      const mine = await addSessions([0, 0], { idleTimeoutEnabled: true, idleTimeoutSeconds: 100 });
      const [used = '', unused = ''] = mine.ids;
      await store().sessions.addRefreshToken({
        ...{ tokenHash: newId(), sessionId: used, chainId: null, forApplication: false },
        ...{ createdAt: at(90), supersededAt: null, sealed: null },
      });
      expect(await living([used, unused], at(99))).toEqual([true, true]);
      expect(await living([used, unused], at(100))).toEqual([true, false]);
      await store().sessions.applyLimits(mine.tenantId, at(110));
      await store().sessionPolicies.update(mine.tenantId, { idleTimeoutEnabled: false }, at(120));
      expect(await living([used, unused], at(1_000))).toEqual([true, false]);
    });

    test('one of the environment holds in every tenant', async () => {
      const [one, two] = [await addSessions([1, 2], {}), await addSessions([1, 2], {})];
      await store().sessionPolicies.create(policyOf(null, { maxSessionsEnabled: true, maxSessions: 1 }));
      await store().sessions.applyLimits(null, at(10));
      for (const { ids } of [one, two]) expect(await living(ids, at(10))).toEqual([false, true]);
    });
  });
}
