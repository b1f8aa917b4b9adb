import type { Actor, Caller } from '../../domain/access/actor.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import { graceAfter, policyAtStart } from '../../domain/policy/grace-change.ts';
import type { MfaPolicy, MfaPolicyFields, PolicyGrace, SettingsOwner } from '../../domain/policy/policy.ts';
import { defaultPolicyFields, noGrace } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import { resolvePolicy } from '../../domain/policy/resolve.ts';
import type { EnforcementSchedule } from '../../domain/policy/schedule.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { may, readSecurityPolicy, requirePermission, requireSomebody, requireUser, writeSecurityPolicy } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { requireTenants } from '../directory/visibility.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import { settingsRecord } from './settings-record.ts';

interface Needs {
  store: Pick<Store, 'rememberedDevices' | 'policies' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
  recentFactor: RecentFactor;
}

/** The service that `createPolicies` creates. */
export type Policies = ReturnType<typeof createPolicies>;

/** The fields of a policy that a caller gives. */
interface GivenFields {
  fields: Partial<MfaPolicyFields>;
}

/** Errors of each use case. */
export const policyErrors = {
  create: ['POLICY_EXISTS', 'STEP_UP_REQUIRED'],
  update: ['NOTHING_TO_UPDATE', 'POLICY_NOT_FOUND', 'STEP_UP_REQUIRED'],
  upsert: ['STEP_UP_REQUIRED'],
} as const;

/**
 * Creates the service that writes and resolves MFA policies: one record for the environment and at most one for each tenant. A
 * caller acts on the record of the tenant in force; an environment token that names no tenant acts on that of the environment,
 * which a user can never change.
 */
export function createPolicies({ store, clock, random, audit, recentFactor }: Needs) {
  const record = settingsRecord<MfaPolicyFields & PolicyGrace>({
    ...{ store, clock, random, audit },
    repository: store.policies,
    events: { created: 'POLICY_CREATED', updated: 'POLICY_UPDATED' },
    errors: { exists: 'POLICY_EXISTS', notFound: 'POLICY_NOT_FOUND' },
    describe: ({ enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds }) =>
      `${enforceMfaType}, remember ${allowRememberMyDevice ? `${mfaDeviceExpirationSeconds} s` : 'off'}`,
    // If devices may no longer be remembered, those that are end for good. Allowing it again later must not revive devices that
    // their users have long forgotten.
    async afterWrite({ tenantId, allowRememberMyDevice, mfaDeviceExpirationSeconds }) {
      if (!allowRememberMyDevice || mfaDeviceExpirationSeconds === 0) await store.rememberedDevices.endAllIn(tenantId);
    },
  });

  /**
   * Returns for each list of tenants the policy merged from the records of the environment and of those tenants. One statement
   * reads all records.
   */
  const effectiveForEach = async (lists: readonly (readonly string[])[]): Promise<EffectiveMfaPolicy[]> => {
    const records = await store.policies.findMany([null, ...new Set(lists.flat())]);
    const environment = records.find((policy) => policy.tenantId === null) ?? null;
    return lists.map((tenantIds) =>
      resolvePolicy(
        environment,
        records.filter((policy) => policy.tenantId !== null && tenantIds.includes(policy.tenantId)),
      ),
    );
  };

  /**
   * Whether the actor may read the record. The environment token may read every one, a user with permission that of the tenant in
   * which the user acts.
   */
  const mayRead = (actor: Actor, owner: SettingsOwner): boolean =>
    may(actor, readSecurityPolicy) && (actor.kind !== 'USER' || owner === actor.tenantId);

  /**
   * Returns whose record the caller is about to change. A user needs a recent second factor, because a session that was left open
   * must not weaken the policy. Errors: `UNAUTHENTICATED`, `FORBIDDEN`, `STEP_UP_REQUIRED`.
   */
  const ownerToChange = async (caller: Caller): Promise<SettingsOwner> => {
    const { tenantId } = requirePermission(caller.actor, writeSecurityPolicy);
    await recentFactor.requireRecentFactor(caller);
    return tenantId;
  };

  const defaults = { ...defaultPolicyFields, ...noGrace };

  /**
   * Returns the fields to write, with what becomes of the grace. Runs in the transaction of the write, because it depends on what the
   * enforcement was.
   */
  const withGrace = async (owner: SettingsOwner, fields: Partial<MfaPolicyFields>): Promise<Partial<MfaPolicyFields & PolicyGrace>> => {
    const { enforceMfaType } = fields;
    return enforceMfaType === undefined ? fields : { ...fields, ...graceAfter(await record.find(owner), enforceMfaType) };
  };

  /** Changes the given fields, or creates the record with Frontegg's defaults for the others. Whoever calls it checks who may. */
  const put = (caller: Caller, owner: SettingsOwner, fields: Partial<MfaPolicyFields>) =>
    store.transact('SETTINGS', async () => record.upsert(caller, owner, await withGrace(owner, fields), defaults));

  return {
    put,

    /** Writes what a scheduled enforcement makes of the policy. Runs in the transaction that starts the enforcement. */
    async enforce(caller: Caller, schedule: EnforcementSchedule): Promise<MfaPolicy> {
      const fields = policyAtStart(await record.find(schedule.tenantId), schedule);
      return (await record.upsert(caller, schedule.tenantId, fields, defaults)).policy;
    },

    /** Returns for each list of tenants the policy that is in force for a member of those tenants. */
    effectiveForEach,

    /** Returns the policy merged from the records of the environment and of the given tenants. It may run in an open transaction. */
    async effectiveFor(tenantIds: readonly string[]): Promise<EffectiveMfaPolicy> {
      const [policy] = await effectiveForEach([tenantIds]);
      return policy ?? fail('INTERNAL', 'no policy was resolved');
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', policyErrors, {
        /** Creates the record. Fields that are not given take Frontegg's defaults. */
        async create(caller: Caller, { fields }: GivenFields): Promise<MfaPolicy> {
          return record.create(caller, await ownerToChange(caller), { ...defaults, ...fields });
        },

        /** Changes the given fields and keeps the others. */
        async update(caller: Caller, { fields }: GivenFields): Promise<MfaPolicy> {
          const owner = await ownerToChange(caller);
          return store.transact('SETTINGS', async () => record.update(caller, owner, await withGrace(owner, fields)));
        },

        /**
         * Changes the given fields, or creates the record with Frontegg's defaults for the others. It is no error if the record
         * exists already.
         */
        async upsert(caller: Caller, { fields }: GivenFields): Promise<{ policy: MfaPolicy; created: boolean }> {
          return put(caller, await ownerToChange(caller), fields);
        },
      }),

      ...reads(audit, {
        /** Returns the record that the caller acts on, or null. */
        async find({ actor }: Caller): Promise<MfaPolicy | null> {
          return record.find(requirePermission(actor, readSecurityPolicy).tenantId);
        },

        /** Returns the record of the environment to a user with permission, or null. */
        async findEnvironments({ actor }: Caller): Promise<MfaPolicy | null> {
          requirePermission(requireUser(actor), readSecurityPolicy);
          return record.find(null);
        },

        /**
         * Returns the record of each owner, in the given order and null where there is none. An error stands in for a record that
         * the caller may not read, so that the others can still be returned.
         */
        async findMany({ actor }: Caller, { owners }: { owners: readonly SettingsOwner[] }): Promise<(MfaPolicy | null | DomainError)[]> {
          requireSomebody(actor);
          const records = await store.policies.findMany(owners.filter((owner) => mayRead(actor, owner)));
          return owners.map((owner) =>
            mayRead(actor, owner) ? (records.find(({ tenantId }) => tenantId === owner) ?? null) : new DomainError('FORBIDDEN'),
          );
        },

        /**
         * Returns the policy in force in each of the tenants, in the given order. Null stands for the environment alone. Every
         * caller who may see a tenant may read it.
         */
        async effectiveMany({ actor }: Caller, { owners }: { owners: readonly SettingsOwner[] }): Promise<EffectiveMfaPolicy[]> {
          requireTenants(actor, owners);
          return effectiveForEach(owners.map((owner) => (owner === null ? [] : [owner])));
        },
      }),
    },
  };
}
