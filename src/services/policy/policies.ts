import type { Actor, Origin } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { MfaPolicy, MfaPolicyFields, SettingsOwner } from '../../domain/policy/policy.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import { resolvePolicy } from '../../domain/policy/resolve.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { may, readSecurityPolicy, requirePermission, requireUser, writeSecurityPolicy } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import { changeOrCreate } from './upsert.ts';

interface Needs {
  store: Pick<Store, 'devices' | 'policies' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
  recentFactor: RecentFactor;
}

export type MfaPolicies = ReturnType<typeof createMfaPolicies>;

/**
 * MFA policies: one record for the environment, at most one for each tenant. The record in question is the one of the
 * actor's tenant, or the environment's when an environment token names none; a user never reaches the environment's here.
 */
export function createMfaPolicies({ store, clock, random, audit, recentFactor }: Needs) {
  const one = async (owner: SettingsOwner): Promise<MfaPolicy | null> => (await store.policies.findMany([owner]))[0] ?? null;

  /** A ban ends what was remembered for good: lifting it later must not bring back devices nobody thinks of any more. */
  const endBannedDevices = async ({ tenantId, allowRememberMyDevice, mfaDeviceExpirationSeconds }: MfaPolicy): Promise<void> => {
    if (!allowRememberMyDevice || mfaDeviceExpirationSeconds === 0) await store.devices.endAllIn(tenantId);
  };

  const add = async (tenantId: SettingsOwner, fields: Partial<MfaPolicyFields>, actor: Actor, origin: Origin): Promise<MfaPolicy | null> =>
    store.transact(async () => {
      const now = clock.now();
      const policy = { id: random.uuid(), tenantId, ...defaultPolicyFields, ...fields, createdAt: now, updatedAt: now };
      if (!(await store.policies.create(policy))) return null;
      await endBannedDevices(policy);
      await audit('POLICY_CREATED', origin, { actor, tenantId, reason: describe(policy) });
      return policy;
    });

  const change = async (tenantId: SettingsOwner, fields: Partial<MfaPolicyFields>, actor: Actor, origin: Origin): Promise<MfaPolicy | null> =>
    store.transact(async () => {
      const policy = await store.policies.update(tenantId, fields, clock.now());
      if (policy === null) return null;
      await endBannedDevices(policy);
      await audit('POLICY_UPDATED', origin, { actor, tenantId, reason: describe(policy) });
      return policy;
    });

  /** For each list of tenants the merged records of the environment and those tenants, in one statement. */
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

  /** Merged records of the environment and the given tenants; takes part in an open transaction. */
  const effectiveFor = async (tenantIds: readonly string[]): Promise<EffectiveMfaPolicy> =>
    (await effectiveForEach([tenantIds]))[0] ?? fail('INTERNAL', 'no policy was resolved');

  /** A user reads the record of the tenant in force, if a role there allows it; the environment token reads every one. */
  const mayRead = (actor: Actor, owner: SettingsOwner): boolean =>
    may(actor, readSecurityPolicy) && (actor.kind !== 'USER' || owner === actor.tenantId);

  /** A user changes the rule only by a fresh second factor: a session somebody left open must not weaken it. */
  const ownerToChange = async (actor: Actor, origin: Origin): Promise<SettingsOwner> => {
    const { tenantId } = requirePermission(actor, writeSecurityPolicy);
    await recentFactor.requireRecentFactor({ actor, origin });
    return tenantId;
  };

  return {
    effectiveFor,
    effectiveForEach,
    mayRead,

    /** The record in question, or null. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
    async find(actor: Actor): Promise<MfaPolicy | null> {
      return one(requirePermission(actor, readSecurityPolicy).tenantId);
    },

    /** The environment's record as a user with permission may see it, or null. */
    async findEnvironments(actor: Actor): Promise<MfaPolicy | null> {
      requirePermission(requireUser(actor), readSecurityPolicy);
      return one(null);
    },

    /** Records of several owners at once, for batched reads; those without one, and those the actor may not see, are left out. */
    async findMany(actor: Actor, owners: readonly SettingsOwner[]): Promise<MfaPolicy[]> {
      const allowed = requirePermission(actor, readSecurityPolicy);
      return store.policies.findMany(owners.filter((owner) => mayRead(allowed, owner)));
    },

    /** What holds in each of the tenants (null: in the environment alone), in the order asked. Any signed-in user may know. */
    async effectiveMany(owners: readonly SettingsOwner[]): Promise<EffectiveMfaPolicy[]> {
      const records = await store.policies.findMany([null, ...owners.filter((owner) => owner !== null)]);
      const environment = records.find((policy) => policy.tenantId === null) ?? null;
      return owners.map((owner) =>
        resolvePolicy(
          environment,
          records.filter((policy) => owner !== null && policy.tenantId === owner),
        ),
      );
    },

    /** Creates the record; absent fields take Frontegg's defaults. Errors: `STEP_UP_REQUIRED`, `POLICY_EXISTS`. */
    async create(actor: Actor, fields: Partial<MfaPolicyFields>, origin: Origin): Promise<MfaPolicy> {
      const tenantId = await ownerToChange(actor, origin);
      return (await add(tenantId, fields, actor, origin)) ?? fail('POLICY_EXISTS');
    },

    /** Changes the fields given. Errors: `STEP_UP_REQUIRED`, then `NOTHING_TO_UPDATE` before `POLICY_NOT_FOUND`. */
    async update(actor: Actor, fields: Partial<MfaPolicyFields>, origin: Origin): Promise<MfaPolicy> {
      const tenantId = await ownerToChange(actor, origin);
      if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
      return (await change(tenantId, fields, actor, origin)) ?? fail('POLICY_NOT_FOUND');
    },

    /** Merges into an existing record, or creates one with defaults for absent fields. Never fails for what exists. Errors: `STEP_UP_REQUIRED`. */
    async upsert(actor: Actor, fields: Partial<MfaPolicyFields>, origin: Origin): Promise<{ policy: MfaPolicy; created: boolean }> {
      const tenantId = await ownerToChange(actor, origin);
      return changeOrCreate({
        change: async () => (Object.keys(fields).length === 0 ? one(tenantId) : change(tenantId, fields, actor, origin)),
        create: () => add(tenantId, fields, actor, origin),
      });
    },
  };
}

const describe = (policy: MfaPolicyFields): string =>
  `${policy.enforceMfaType}, remember ${policy.allowRememberMyDevice ? `${policy.mfaDeviceExpirationSeconds} s` : 'off'}`;
