import type { Actor, Origin } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { LockoutPolicy, LockoutPolicyFields } from '../../domain/lockout/lockout-policy.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { changeOrCreate } from '../policy/upsert.ts';

interface Needs {
  store: Pick<Store, 'lockoutPolicies' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

export type LockoutPolicies = ReturnType<typeof createLockoutPolicies>;

/** Lockout policies: of the tenant an environment token names, or of the environment. That of a tenant replaces the other. */
export function createLockoutPolicies({ store, clock, random, audit }: Needs) {
  const one = async (owner: SettingsOwner): Promise<LockoutPolicy | null> => (await store.lockoutPolicies.findMany([owner]))[0] ?? null;

  const add = async (tenantId: SettingsOwner, fields: LockoutPolicyFields, actor: Actor, origin: Origin): Promise<LockoutPolicy | null> =>
    store.transact(async () => {
      const now = clock.now();
      const policy = { id: random.uuid(), tenantId, ...fields, createdAt: now, updatedAt: now };
      if (!(await store.lockoutPolicies.create(policy))) return null;
      await audit('LOCKOUT_POLICY_CREATED', origin, { actor, tenantId, reason: describe(policy) });
      return policy;
    });

  const change = async (tenantId: SettingsOwner, fields: Partial<LockoutPolicyFields>, actor: Actor, origin: Origin): Promise<LockoutPolicy | null> =>
    store.transact(async () => {
      const policy = await store.lockoutPolicies.update(tenantId, fields, clock.now());
      if (policy !== null) await audit('LOCKOUT_POLICY_UPDATED', origin, { actor, tenantId, reason: describe(policy) });
      return policy;
    });

  return {
    /** What holds for logins into the tenant; null where nothing was ever set. */
    async inForce(tenantId: string): Promise<LockoutPolicy | null> {
      const records = await store.lockoutPolicies.findMany([null, tenantId]);
      return records.find((policy) => policy.tenantId !== null) ?? records[0] ?? null;
    },

    /** The record in question, or null. */
    async find(actor: Actor): Promise<LockoutPolicy | null> {
      return one(requireEnvironment(actor).tenantId);
    },

    /** Errors: `LOCKOUT_POLICY_EXISTS`. */
    async create(actor: Actor, fields: LockoutPolicyFields, origin: Origin): Promise<LockoutPolicy> {
      const { tenantId } = requireEnvironment(actor);
      return (await add(tenantId, fields, actor, origin)) ?? fail('LOCKOUT_POLICY_EXISTS');
    },

    /** Changes the fields given. Errors: `NOTHING_TO_UPDATE` before `LOCKOUT_POLICY_NOT_FOUND`. */
    async update(actor: Actor, fields: Partial<LockoutPolicyFields>, origin: Origin): Promise<LockoutPolicy> {
      const { tenantId } = requireEnvironment(actor);
      if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
      return (await change(tenantId, fields, actor, origin)) ?? fail('LOCKOUT_POLICY_NOT_FOUND');
    },

    /** Changes the record or creates it; never fails for what exists. */
    async upsert(actor: Actor, fields: LockoutPolicyFields, origin: Origin): Promise<{ policy: LockoutPolicy; created: boolean }> {
      const { tenantId } = requireEnvironment(actor);
      return changeOrCreate({
        change: () => change(tenantId, fields, actor, origin),
        create: () => add(tenantId, fields, actor, origin),
      });
    },
  };
}

const describe = ({ enabled, maxAttempts }: LockoutPolicyFields): string => `${enabled ? 'on' : 'off'}, ${maxAttempts} attempts`;
