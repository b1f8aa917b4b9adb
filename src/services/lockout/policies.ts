import type { Caller } from '../../domain/access/actor.ts';
import type { LockoutPolicy, LockoutPolicyFields } from '../../domain/lockout/lockout-policy.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { readSecurityPolicy, requireEnvironment, requirePermission } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { settingsRecord } from '../policy/settings-record.ts';

interface Needs {
  store: Pick<Store, 'lockoutPolicies' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

/** The service that `createLockoutPolicies` creates. */
export type LockoutPolicies = ReturnType<typeof createLockoutPolicies>;

/** Errors of each use case. */
export const lockoutPolicyErrors = {
  create: ['LOCKOUT_POLICY_EXISTS'],
  update: ['LOCKOUT_POLICY_NOT_FOUND', 'NOTHING_TO_UPDATE'],
  upsert: [],
} as const;

/**
 * Creates the service that writes and reads lockout policies: one record for the environment, and at most one for each tenant,
 * which replaces it there. A caller acts on the record of the tenant that its environment token names, or else on that of the
 * environment.
 */
export function createLockoutPolicies({ store, clock, random, audit }: Needs) {
  const record = settingsRecord<LockoutPolicyFields>({
    ...{ store, clock, random, audit },
    repository: store.lockoutPolicies,
    events: { created: 'LOCKOUT_POLICY_CREATED', updated: 'LOCKOUT_POLICY_UPDATED' },
    errors: { exists: 'LOCKOUT_POLICY_EXISTS', notFound: 'LOCKOUT_POLICY_NOT_FOUND' },
    describe: ({ enabled, maxAttempts }) => `${enabled ? 'on' : 'off'}, ${maxAttempts} attempts`,
  });

  /** Returns the policy in force for logins into the tenant. Null if none was ever set. */
  const inForce = async (tenantId: string): Promise<LockoutPolicy | null> => {
    const records = await store.lockoutPolicies.findMany([null, tenantId]);
    return records.find((policy) => policy.tenantId !== null) ?? records[0] ?? null;
  };

  /** Changes the record or creates it. Whoever calls it checks who may. */
  const put = (caller: Caller, owner: SettingsOwner, fields: LockoutPolicyFields) => record.upsert(caller, owner, fields, fields);

  return {
    inForce,
    put,

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', lockoutPolicyErrors, {
        /** Creates the record. */
        async create(caller: Caller, { fields }: { fields: LockoutPolicyFields }): Promise<LockoutPolicy> {
          return record.create(caller, requireEnvironment(caller.actor).tenantId, fields);
        },

        /** Changes the given fields and keeps the others. */
        async update(caller: Caller, { fields }: { fields: Partial<LockoutPolicyFields> }): Promise<LockoutPolicy> {
          return record.update(caller, requireEnvironment(caller.actor).tenantId, fields);
        },

        /** Changes the record or creates it. It is no error if the record exists already. */
        async upsert(caller: Caller, { fields }: { fields: LockoutPolicyFields }): Promise<{ policy: LockoutPolicy; created: boolean }> {
          return put(caller, requireEnvironment(caller.actor).tenantId, fields);
        },
      }),

      ...reads(audit, {
        /**
         * Returns the record that the caller acts on, or null. Users who may read security settings get the one in force in their tenant,
         * whose it is, because it decides what happens to its members.
         */
        async find({ actor }: Caller): Promise<LockoutPolicy | null> {
          const { tenantId } = requirePermission(actor, readSecurityPolicy);
          return actor.kind === 'USER' ? inForce(actor.tenantId) : record.find(tenantId);
        },
      }),
    },
  };
}
