import DataLoader from 'dataloader';
import type { Caller } from '../../domain/access/actor.ts';
import type { UserMigration } from '../../domain/account/user-migration.ts';
import type { AuditEvent } from '../../domain/audit/event.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { Tenant } from '../../domain/directory/tenant.ts';
import type { MembershipWithRoles, User } from '../../domain/directory/user.ts';
import type { UserEmail } from '../../domain/directory/user-email.ts';
import type { UserPhone } from '../../domain/directory/user-phone.ts';
import type { Group } from '../../domain/group/group.ts';
import type { RedirectUri } from '../../domain/oauth/redirect-uri.ts';
import type { PublicPasskey } from '../../domain/passkey/passkey.ts';
import type { MfaGrace } from '../../domain/policy/grace.ts';
import type { MfaPolicy, SettingsOwner } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import type { EnforcementSchedule } from '../../domain/policy/schedule.ts';
import type { Permission, PermissionCategory } from '../../domain/role/permission.ts';
import type { Role } from '../../domain/role/role.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import type { ReportedBulkInvitation } from '../../services/account/bulk-invitations.ts';
import type { ListedDevice } from '../../services/device/remembered-devices.ts';
import type { Services } from '../../services/index.ts';
import type { ShownLink } from '../../services/invitation/link-showing.ts';
import type { ReadExemption } from '../../services/policy/exemptions.ts';
import type { StrategyState } from '../../services/policy/strategies.ts';
import type { OwnSession } from '../../services/session/own-sessions.ts';

/** The loaders of one request. */
export type Loaders = ReturnType<typeof createLoaders>;

/**
 * Makes the loaders of one request. They batch, so that a list of any length costs one statement for each kind of object, and
 * they are discarded with the request.
 */
export function createLoaders(services: Services, caller: () => Promise<Caller>) {
  const policies = byOwner<MfaPolicy | null>(async (owners) => services.policies.findMany(await caller(), { owners }));
  const effectivePolicies = byOwner<EffectiveMfaPolicy>(async (owners) => services.policies.effectiveMany(await caller(), { owners }));
  const strategies = byOwner<StrategyState[]>(async (owners) => services.strategySettings.effectiveMany(await caller(), { owners }));

  return {
    /** By id; null if it does not exist or the caller may not see it. */
    tenants: new DataLoader<string, Tenant | null>(async (ids) => inOrder(ids, await services.tenants.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist or the caller may not see it. */
    users: new DataLoader<string, User | null>(async (ids) => inOrder(ids, await services.users.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist or is not for the tenant in force. */
    bulkInvitations: new DataLoader<string, ReportedBulkInvitation | null>(async (ids) =>
      inOrder(ids, await services.bulkInvitations.findMany(await caller(), { ids })),
    ),
    /** By id; null if it does not exist. */
    migrations: new DataLoader<string, UserMigration | null>(async (ids) =>
      inOrder(ids, await services.migrations.findMany(await caller(), { ids })),
    ),
    /** By id; null if it does not exist or the caller may not read it. */
    invitationLinks: new DataLoader<string, ShownLink | null>(async (ids) =>
      inOrder(ids, await services.invitationLinkReading.findMany(await caller(), { ids })),
    ),
    /** By user; empty for one that the caller may not see. */
    memberships: new DataLoader<string, MembershipWithRoles[]>(async (userIds) => services.users.membershipsOf(await caller(), { userIds })),
    /** By user; empty for one that the caller may not see. */
    userEmails: new DataLoader<string, UserEmail[]>(async (userIds) => services.userEmails.ofUsers(await caller(), { userIds })),
    /** By user; empty for one that the caller may not see. */
    userPhones: new DataLoader<string, UserPhone[]>(async (userIds) => services.userPhones.ofUsers(await caller(), { userIds })),
    /** By user; null for one that has none or that the caller may not see. */
    usernames: new DataLoader<string, string | null>(async (userIds) => services.usernames.ofUsers(await caller(), { userIds })),
    /** By id; null if it does not exist or the caller may not see it. */
    groups: new DataLoader<string, Group | null>(async (ids) => inOrder(ids, await services.groups.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist or the caller may not see it. */
    roles: new DataLoader<string, Role | null>(async (ids) => inOrder(ids, await services.roles.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist. */
    permissions: new DataLoader<string, Permission | null>(async (ids) => inOrder(ids, await services.permissions.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist. */
    permissionCategories: new DataLoader<string, PermissionCategory | null>(async (ids) =>
      inOrder(ids, await services.permissionCategories.findMany(await caller(), { ids })),
    ),
    /** By user; empty for one that the caller may not see. */
    authenticators: new DataLoader<string, PublicAuthenticator[]>(async (userIds) => services.authenticators.ofUsers(await caller(), { userIds })),
    /** By id; null if it does not exist or the caller may not see it. */
    authenticatorsById: new DataLoader<string, PublicAuthenticator | null>(async (ids) =>
      inOrder(ids, await services.authenticators.findMany(await caller(), { ids })),
    ),
    /** By user; empty for one that the caller may not see. */
    passkeys: new DataLoader<string, PublicPasskey[]>(async (userIds) => services.passkeys.ofUsers(await caller(), { userIds })),
    /** By id; null if it does not exist or the caller may not see it. */
    passkeysById: new DataLoader<string, PublicPasskey | null>(async (ids) =>
      inOrder(ids, await services.passkeys.findMany(await caller(), { ids })),
    ),
    /** By user; false for one that the caller may not read. */
    mfaEnrolled: new DataLoader<string, boolean>(async (userIds) => services.authenticators.areEnrolled(await caller(), { userIds })),
    /** By user; null for one without any and for one that the caller may not read. */
    mfaGraces: new DataLoader<string, MfaGrace | null>(async (userIds) => services.graces.ofUsers(await caller(), { userIds })),
    /** By user; empty for one that the caller may not read. */
    mfaExemptions: new DataLoader<string, ReadExemption[]>(async (userIds) => services.exemptions.ofUsers(await caller(), { userIds })),
    /** By id; null if it does not exist or the caller may not see it. */
    mfaExemptionsById: new DataLoader<string, ReadExemption | null>(async (ids) =>
      inOrder(ids, await services.exemptions.findMany(await caller(), { ids })),
    ),
    /** By id; null if it does not exist or the caller may not see it. */
    enforcementSchedules: new DataLoader<string, EnforcementSchedule | null>(async (ids) =>
      inOrder(ids, await services.schedules.findMany(await caller(), { ids })),
    ),
    /** By id; null if it does not exist or the caller may not see it. */
    redirectUris: new DataLoader<string, RedirectUri | null>(async (ids) =>
      inOrder(ids, await services.redirectUris.findMany(await caller(), { ids })),
    ),
    /** By user; 0 for one that the caller may not see. */
    recoveryCodesRemaining: new DataLoader<string, number>(async (userIds) => services.recoveryCodes.remainingOf(await caller(), { userIds })),
    /** By user; empty for one that the caller may not see. */
    rememberedDevices: new DataLoader<string, ListedDevice[]>(async (userIds) => services.rememberedDevices.ofUsers(await caller(), { userIds })),
    /** By id; null if it does not exist or the caller may not see it. */
    rememberedDevicesById: new DataLoader<string, ListedDevice | null>(async (ids) =>
      inOrder(ids, await services.rememberedDevices.findMany(await caller(), { ids })),
    ),
    /** By id; null if it has ended or the caller may not see it. */
    sessions: new DataLoader<string, OwnSession | null>(async (ids) => inOrder(ids, await services.userSessions.findMany(await caller(), { ids }))),
    /** By id; null if it does not exist or the caller may not see it. */
    tenantApiTokens: new DataLoader<string, ApiToken | null>(async (ids) =>
      inOrder(ids, await services.tenantTokens.findMany(await caller(), { ids, kind: 'CLIENT_CREDENTIALS' })),
    ),
    /** By id; null if it does not exist or the caller may not see it. */
    userApiTokensById: new DataLoader<string, ApiToken | null>(async (ids) =>
      inOrder(ids, await services.userTokens.findMany(await caller(), { ids, kind: 'CLIENT_CREDENTIALS' })),
    ),
    /** By id; null if it does not exist or the caller may not see it. */
    accessTokensById: new DataLoader<string, ApiToken | null>(async (ids) => {
      const found = [services.tenantTokens, services.userTokens].map(async (tokens) =>
        tokens.findMany(await caller(), { ids, kind: 'ACCESS_TOKEN' }),
      );
      return inOrder(ids, (await Promise.all(found)).flat());
    }),
    /** By user; empty for one that the caller may not see. */
    userApiTokens: new DataLoader<string, ApiToken[]>(async (userIds) =>
      services.userTokens.ofUsers(await caller(), { userIds, kind: 'CLIENT_CREDENTIALS' }),
    ),
    /** By user; empty for one that the caller may not see. */
    userAccessTokens: new DataLoader<string, ApiToken[]>(async (userIds) =>
      services.userTokens.ofUsers(await caller(), { userIds, kind: 'ACCESS_TOKEN' }),
    ),
    /** By id; null if it does not exist or the caller may not see it. */
    events: new DataLoader<string, AuditEvent | null>(async (ids) => inOrder(ids, await services.auditLog.findMany(await caller(), { ids }))),
    policies,
    effectivePolicies,
    strategies,
    /** Discards loaded settings. Called after a write, so that the answer shows what was written. */
    forgetSettings(): void {
      for (const loader of [policies, effectivePolicies, strategies]) loader.clearAll();
    },
  };
}

/** Loads everything that the ids stand for. What the caller may not see is left out. */
export const loadAll = async <T>(loader: DataLoader<string, T | null>, ids: readonly string[]): Promise<T[]> => {
  const found = await loader.loadMany(ids);
  return found.flatMap((item) => {
    if (item instanceof Error) throw item;
    return item ?? [];
  });
};

/** Loads nodes by their ids for `node` and `nodes`. One that cannot be loaded is null and does not spoil the others. */
export const loadNodes = async <T>(loader: DataLoader<string, T | null>, ids: readonly string[]): Promise<(T | null)[]> =>
  (await loader.loadMany([...ids])).map((item) => (item instanceof Error ? null : item));

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
