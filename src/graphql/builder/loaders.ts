import DataLoader from 'dataloader';
import type { Actor, Caller } from '../../domain/access/actor.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { Tenant } from '../../domain/directory/tenant.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { DomainError } from '../../domain/errors.ts';
import type { MfaPolicy, SettingsOwner } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import type { ListedDevice } from '../../services/device/remembered-devices.ts';
import type { Services } from '../../services/index.ts';
import type { StrategyState } from '../../services/policy/strategies.ts';

/** The loaders of one request. */
export type Loaders = ReturnType<typeof createLoaders>;

/**
 * Makes the loaders of one request. They batch, so that a list of any length costs one statement for each kind of object, and
 * they are discarded with the request.
 */
export function createLoaders(services: Services, caller: () => Promise<Caller>) {
  const actor = async (): Promise<Actor> => (await caller()).actor;
  const policies = byOwner<MfaPolicy | null>(async (owners) => policiesOf(services, await actor(), owners));
  const effectivePolicies = byOwner<EffectiveMfaPolicy>((owners) => services.policies.effectiveMany(owners));
  const strategies = byOwner<StrategyState[]>((owners) => services.strategies.effectiveMany(owners));

  return {
    /** By id; null if it does not exist or the actor may not see it. */
    tenants: new DataLoader<string, Tenant | null>(async (ids) => inOrder(ids, await services.tenants.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist or the actor may not see it. */
    users: new DataLoader<string, User | null>(async (ids) => inOrder(ids, await services.users.findMany(await actor(), ids))),
    /** By user; only for users the actor was shown. */
    memberships: new DataLoader<string, Membership[]>((userIds) => services.users.membershipsOf(userIds)),
    /** By user; only for users the actor was shown. */
    authenticators: new DataLoader<string, PublicAuthenticator[]>((userIds) => services.authenticators.ofUsers(userIds)),
    /** By user; 0 for one that the caller may not see. */
    recoveryCodesRemaining: new DataLoader<string, number>(async (userIds) => services.recoveryCodes.remainingOf(await caller(), { userIds })),
    /** By user; only for users the actor was shown. */
    rememberedDevices: new DataLoader<string, ListedDevice[]>((userIds) => services.devices.ofUsers(userIds)),
    policies,
    effectivePolicies,
    strategies,
    /** Discards loaded settings. Called after a write, so that the answer shows what was written. */
    forgetSettings(): void {
      for (const loader of [policies, effectivePolicies, strategies]) loader.clearAll();
    },
  };
}

/** Returns the policies of the owners. A policy the actor may not read becomes an error of its own, so that it does not fail the whole batch. */
async function policiesOf({ policies }: Services, actor: Actor, owners: readonly SettingsOwner[]): Promise<(MfaPolicy | null | DomainError)[]> {
  const readable = (owner: SettingsOwner): boolean => policies.mayRead(actor, owner);
  const records = owners.some(readable) ? await policies.findMany(actor, owners) : [];
  return owners.map((owner) => (readable(owner) ? (records.find((policy) => policy.tenantId === owner) ?? null) : new DomainError('FORBIDDEN')));
}

/** Returns what was found in the order of the ids, with null for the others. */
const inOrder = <T extends { id: string }>(ids: readonly string[], found: readonly T[]): (T | null)[] => {
  const byId = new Map(found.map((item) => [item.id, item]));
  return ids.map((id) => byId.get(id) ?? null);
};

/** Makes a loader by owner. The key of the environment is the empty string, because DataLoader refuses null and no tenant has an empty id. */
function byOwner<V>(batch: (owners: readonly SettingsOwner[]) => Promise<(V | Error)[]>) {
  const loader = new DataLoader<string, V>((keys) => batch(keys.map((key) => (key === '' ? null : key))));
  return { load: (owner: SettingsOwner): Promise<V> => loader.load(owner ?? ''), clearAll: () => loader.clearAll() };
}
