import type { UserMigration } from '../../domain/account/user-migration.ts';
import type { AuditEvent } from '../../domain/audit/event.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { Tenant as TenantRecord } from '../../domain/directory/tenant.ts';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import type { Group as GroupRecord } from '../../domain/group/group.ts';
import type { PublicPasskey } from '../../domain/passkey/passkey.ts';
import type { MfaPolicy as Policy } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy as EffectivePolicy } from '../../domain/policy/resolve.ts';
import type { EnforcementSchedule } from '../../domain/policy/schedule.ts';
import type { PermissionCategory as CategoryRecord, Permission as PermissionRecord } from '../../domain/role/permission.ts';
import type { Role as RoleRecord } from '../../domain/role/role.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import type { ReportedBulkInvitation } from '../../services/account/bulk-invitations.ts';
import type { ListedDevice } from '../../services/device/remembered-devices.ts';
import type { ShownLink } from '../../services/invitation/link-showing.ts';
import type { ReadExemption } from '../../services/policy/exemptions.ts';
import type { StrategyState } from '../../services/policy/strategies.ts';
import { builder } from './builder.ts';

// These types refer to each other, so they are declared here and filled in elsewhere.

/** The enrolled authenticator of a user. */
export const Authenticator = builder.objectRef<PublicAuthenticator>('Authenticator');
/** People who were invited with one call. */
export const BulkInvitation = builder.objectRef<ReportedBulkInvitation>('BulkInvitation');
/** A named set of members of a tenant. */
export const Group = builder.objectRef<GroupRecord>('Group');
/** The policy that applies to an owner. */
export const EffectiveMfaPolicy = builder.objectRef<EffectivePolicy>('EffectiveMfaPolicy');
/** A link by which people join a tenant. */
export const InvitationLink = builder.objectRef<ShownLink>('InvitationLink');
/** An entry of the audit trail. */
export const MfaEvent = builder.objectRef<AuditEvent>('MfaEvent');
/** An enforcement that was announced. */
export const MfaEnforcementSchedule = builder.objectRef<EnforcementSchedule>('MfaEnforcementSchedule');
/** An exemption from the second factor. */
export const MfaExemption = builder.objectRef<ReadExemption>('MfaExemption');
/** Users who are imported with one call. */
export const Migration = builder.objectRef<UserMigration>('Migration');
/** The stored policy of an owner. */
export const MfaPolicy = builder.objectRef<Policy>('MfaPolicy');
/** A strategy and whether it is active. */
export const MfaStrategy = builder.objectRef<StrategyState>('MfaStrategy');
/** A credential that a user logs in with instead of a password. */
export const Passkey = builder.objectRef<PublicPasskey>('Passkey');
/** Something that a role allows. */
export const Permission = builder.objectRef<PermissionRecord>('Permission');
/** A group of permissions. */
export const PermissionCategory = builder.objectRef<CategoryRecord>('PermissionCategory');
/** A browser that skips the second factor for a while. */
export const RememberedDevice = builder.objectRef<ListedDevice>('RememberedDevice');
/** A set of permissions that members hold. */
export const Role = builder.objectRef<RoleRecord>('Role');
/** Credentials by which a program acts for a tenant. */
export const TenantApiToken = builder.objectRef<ApiToken>('TenantApiToken');
/** Credentials by which a program acts for a user. */
export const UserApiToken = builder.objectRef<ApiToken>('UserApiToken');
/** A JWT that programs send to the servers of the operator. */
export const AccessToken = builder.objectRef<ApiToken>('AccessToken');
/** A customer organization. */
export const Tenant = builder.objectRef<TenantRecord>('Tenant');
/** A person who logs in. */
export const User = builder.objectRef<UserRecord>('User');
