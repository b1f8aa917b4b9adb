import type { Actor, Caller } from '../../domain/access/actor.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { MfaPolicy, MfaPolicyFields, SettingsOwner } from '../../domain/policy/policy.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import { resolvePolicy } from '../../domain/policy/resolve.ts';
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

export type Policies = ReturnType<typeof createPolicies>;

/** Fields of a policy that a caller gives. */
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
 * Writes and resolves MFA policies: one record for the environment, at most one for each tenant. A caller means the record of
 * its tenant, or that of the environment where an environment token names no tenant; a user never writes that one.
 */
export function createPolicies({ store, clock, random, audit, recentFactor }: Needs) {
  const record = settingsRecord<MfaPolicyFields>({
    ...{ store, clock, random, audit },
    repository: store.policies,
    events: { created: 'POLICY_CREATED', updated: 'POLICY_UPDATED' },
    errors: { exists: 'POLICY_EXISTS', notFound: 'POLICY_NOT_FOUND' },
    describe: ({ enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds }) =>
      `${enforceMfaType}, remember ${allowRememberMyDevice ? `${mfaDeviceExpirationSeconds} s` : 'off'}`,
    // A ban ends what was remembered for good: lifting it later must not bring back devices that nobody remembers.
    async afterWrite({ tenantId, allowRememberMyDevice, mfaDeviceExpirationSeconds }) {
      if (!allowRememberMyDevice || mfaDeviceExpirationSeconds === 0) await store.rememberedDevices.endAllIn(tenantId);
    },
  });

  /** Merges, for each list of tenants, the record of the environment with those of the tenants; all in one statement. */
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

  /** Whether the actor may read the record: the environment token reads every one, a user with permission that of the tenant in force. */
  const mayRead = (actor: Actor, owner: SettingsOwner): boolean =>
    may(actor, readSecurityPolicy) && (actor.kind !== 'USER' || owner === actor.tenantId);

  /**
   * Answers whose record the caller is about to change. A user needs a recent second factor: a session that somebody left open
   * must not weaken the rule. Errors: `UNAUTHENTICATED`, `FORBIDDEN`, `STEP_UP_REQUIRED`.
   */
  const ownerToChange = async (caller: Caller): Promise<SettingsOwner> => {
    const { tenantId } = requirePermission(caller.actor, writeSecurityPolicy);
    await recentFactor.requireRecentFactor(caller);
    return tenantId;
  };

  return {
    effectiveForEach,

    /** Merges the records of the environment and of the given tenants; takes part in an open transaction. */
    async effectiveFor(tenantIds: readonly string[]): Promise<EffectiveMfaPolicy> {
      const [policy] = await effectiveForEach([tenantIds]);
      return policy ?? fail('INTERNAL', 'no policy was resolved');
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', policyErrors, {
        /** Creates the record; absent fields take Frontegg's defaults. */
        async create(caller: Caller, { fields }: GivenFields): Promise<MfaPolicy> {
          return record.create(caller, await ownerToChange(caller), { ...defaultPolicyFields, ...fields });
        },

        /** Changes the fields given, keeps the others. */
        async update(caller: Caller, { fields }: GivenFields): Promise<MfaPolicy> {
          return record.update(caller, await ownerToChange(caller), fields);
        },

        /** Changes the fields given, or creates the record with Frontegg's defaults for the others. It never fails for what exists. */
        async upsert(caller: Caller, { fields }: GivenFields): Promise<{ policy: MfaPolicy; created: boolean }> {
          return record.upsert(caller, await ownerToChange(caller), fields, defaultPolicyFields);
        },
      }),

      ...reads(audit, {
        /** Answers the record the caller means, or null. */
        async find({ actor }: Caller): Promise<MfaPolicy | null> {
          return record.find(requirePermission(actor, readSecurityPolicy).tenantId);
        },

        /** Answers the record of the environment to a user with permission, or null. */
        async findEnvironments({ actor }: Caller): Promise<MfaPolicy | null> {
          requirePermission(requireUser(actor), readSecurityPolicy);
          return record.find(null);
        },

        /**
         * Answers the record of each owner, null where there is none, in the order asked. In the place of a record that the
         * caller may not read stands an error, so that it does not spoil the others.
         */
        async findMany({ actor }: Caller, { owners }: { owners: readonly SettingsOwner[] }): Promise<(MfaPolicy | null | DomainError)[]> {
          requireSomebody(actor);
          const records = await store.policies.findMany(owners.filter((owner) => mayRead(actor, owner)));
          return owners.map((owner) =>
            mayRead(actor, owner) ? (records.find(({ tenantId }) => tenantId === owner) ?? null) : new DomainError('FORBIDDEN'),
          );
        },

        /** Answers what holds in each of the tenants (null: in the environment alone), in the order asked. Whoever sees a tenant may know. */
        async effectiveMany({ actor }: Caller, { owners }: { owners: readonly SettingsOwner[] }): Promise<EffectiveMfaPolicy[]> {
          requireTenants(actor, owners);
          return effectiveForEach(owners.map((owner) => (owner === null ? [] : [owner])));
        },
      }),
    },
  };
}
