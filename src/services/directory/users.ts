import type { Actor, Caller } from '../../domain/access/actor.ts';
import { foldTenantId } from '../../domain/directory/tenant.ts';
import type { MembershipWithRoles, User, UserChange } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { requireEnvironment, requireOwner, requireTokenHolder, userIdOf } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { Sessions } from '../session/sessions.ts';
import type { MembershipEnd } from './membership-end.ts';
import { refuseBadMetadata } from './metadata.ts';
import type { NewUser, NewUsers } from './new-users.ts';
import { targetUserOf } from './target-user.ts';
import { asSeenBy, maySeeUser, membersSeenBy, visibleUserIds } from './visibility.ts';

/** Fields that users may change of their own profile. */
export type ProfileChange = Partial<Pick<User, 'name' | 'phoneNumber' | 'profilePictureUrl' | 'metadata'>>;

interface Needs {
  store: Pick<Store, 'tenants' | 'users' | 'roles' | 'transact'>;
  clock: Clock;
  newUsers: NewUsers;
  membershipEnd: MembershipEnd;
  rolesForMember: RolesForMember;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  audit: Audit;
}

/** The service that `createUsers` creates. */
export type Users = ReturnType<typeof createUsers>;

/** Errors of each use case. */
export const userErrors = {
  create: ['INVALID_INPUT', 'TENANT_NOT_FOUND', 'ROLE_NOT_FOUND', 'USER_EXISTS'],
  createOrJoin: ['INVALID_INPUT', 'TENANT_NOT_FOUND', 'ROLE_NOT_FOUND', 'USER_EXISTS'],
  update: ['INVALID_INPUT', 'NOTHING_TO_UPDATE', 'USER_NOT_FOUND'],
  updateProfile: ['INVALID_INPUT', 'NOTHING_TO_UPDATE', 'USER_NOT_FOUND'],
  markVerified: ['USER_NOT_FOUND'],
} as const;

/** Creates the service that creates, changes and reads the users of the environment and their memberships. */
export function createUsers({ store, clock, newUsers, membershipEnd, rolesForMember, sessions, audit }: Needs) {
  /** Returns the tenant that a new member is for. Errors: `TENANT_NOT_FOUND`, `FORBIDDEN`. */
  const tenantForMember = ({ actor }: Caller, named: string): Promise<string> => tenantNamed(store, requireEnvironment(actor).tenantId, named);

  /**
   * Creates the user with a first membership. Returns null if the address is taken.
   * Errors: `INVALID_INPUT`, `TENANT_NOT_FOUND`, `ROLE_NOT_FOUND`, `FORBIDDEN`.
   */
  const add = async (caller: Caller, input: NewUser): Promise<User | null> => {
    const draft = await newUsers.draft(caller, input, input.tenantId);
    return store.transact(newMemberOf(input), async () => {
      const tenantId = await tenantForMember(caller, input.tenantId);
      const roleIds = await rolesForMember(tenantId, input.roleIds);
      return newUsers.add(caller, draft, { tenantId, roleIds, verified: false, expiresAt: await membershipEnd(input.expiresInSeconds) });
    });
  };

  /** Returns those of the users on whom the actor may act. The others are left out, as if they did not exist. */
  const findMany = async (actor: Actor, ids: readonly string[]): Promise<User[]> => store.users.findMany(await visibleUserIds(store, actor, ids));

  /** Returns one user that the actor may see. Errors: `USER_NOT_FOUND`. */
  const findOne = async (actor: Actor, id: string): Promise<User> => (await findMany(actor, [id]))[0] ?? fail('USER_NOT_FOUND');

  return {
    findMany,
    findOne,

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', userErrors, {
        /** Creates an unverified user in one tenant. */
        async create(caller: Caller, input: NewUser): Promise<User> {
          requireEnvironment(caller.actor);
          return (await add(caller, input)) ?? fail('USER_EXISTS');
        },

        /** Creates the user, or adds the user with this address to the tenant. A user who is in the tenant already is refused. */
        async createOrJoin(caller: Caller, input: NewUser): Promise<{ user: User; created: boolean }> {
          requireEnvironment(caller.actor);
          const { email } = input;
          const created = (await store.users.findByEmail(normalizeEmail(email))) === null ? await add(caller, input) : null;
          if (created !== null) return { user: created, created: true };
          return store.transact(newMemberOf(input), async () => {
            const tenantId = await tenantForMember(caller, input.tenantId);
            const user = (await store.users.findByEmail(normalizeEmail(email))) ?? fail('UNAVAILABLE', 'user vanished while joining');
            const roleIds = await rolesForMember(tenantId, input.roleIds);
            const expiresAt = await membershipEnd(input.expiresInSeconds);
            if (!(await store.users.addMembership({ userId: user.id, tenantId, roleIds, createdAt: clock.now(), expiresAt }))) fail('USER_EXISTS');
            await audit('USER_JOINED_TENANT', caller, { userId: user.id, tenantId });
            return { user, created: false };
          });
        },

        /**
         * Changes the given fields and keeps the others. `mfaBypass` takes effect at the next login: the user is neither asked to
         * enroll nor challenged there. Sessions stay as they are, and a step-up still needs a factor.
         */
        async update(caller: Caller, { userId, change }: { userId: string; change: UserChange }): Promise<User> {
          const { tenantId } = requireEnvironment(caller.actor);
          const { mfaBypass, superUser, invisible, ...profile } = change;
          refuseBadMetadata(profile);
          if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
          return store.transact({ user: userId }, async () => {
            const before = await findOne(caller.actor, userId);
            const changed = (await store.users.update(userId, change, clock.now())) ?? fail('USER_NOT_FOUND');
            const fields = { tenantId, userId };
            if (Object.keys(profile).length > 0) await audit('USER_UPDATED', caller, { ...fields, reason: Object.keys(profile).join(' ') });
            if (changed.mfaBypass !== before.mfaBypass)
              await audit('MFA_BYPASS_SET', caller, { ...fields, reason: changed.mfaBypass ? 'on' : 'off' });
            for (const flag of ['superUser', 'invisible'] as const) {
              if (changed[flag] !== before[flag])
                await audit('USER_FLAG_SET', caller, { ...fields, reason: `${flag} ${changed[flag] ? 'on' : 'off'}` });
            }
            return changed;
          });
        },

        /**
         * Changes the given fields of a profile and keeps the others. A user changes only their own. An environment token names the user. The
         * phone number is text for people to read: no code is ever sent to it.
         */
        async updateProfile(caller: Caller, { userId: named, change }: { userId: string | null; change: ProfileChange }): Promise<User> {
          refuseBadMetadata(change);
          if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
          const { actor, user, tenantId } = await targetUserOf({ findMany }, caller.actor, named);
          return store.transact({ user: user.id }, async () => {
            await sessions.requireLivingSession(actor);
            const changed = (await store.users.update(user.id, change, clock.now())) ?? fail('USER_NOT_FOUND');
            await audit('USER_UPDATED', caller, { tenantId, userId: user.id, reason: Object.keys(change).join(' ') });
            return changed;
          });
        },

        /** Marks the address of the user as verified. The caller vouches for it, because no mail is sent. */
        async markVerified(caller: Caller, { userId }: { userId: string }): Promise<User> {
          requireEnvironment(caller.actor);
          return store.transact({ user: userId }, async () => {
            await findOne(caller.actor, userId);
            if (!(await store.users.markVerified(userId, clock.now()))) fail('USER_NOT_FOUND');
            await audit('USER_VERIFIED', caller, { userId });
            const [user] = await store.users.findMany([userId]);
            return user ?? fail('USER_NOT_FOUND');
          });
        },
      }),

      ...reads(audit, {
        /** Returns those of the users that the caller may read. The others are left out, as if they did not exist. */
        async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<User[]> {
          const whole = await visibleUserIds(store, actor, ids);
          const members = await membersSeenBy(store, actor, ids);
          const found = await store.users.findMany([...whole, ...members.keys()]);
          return asSeenBy(actor, found, members);
        },

        /** Returns the user behind a user token or behind the API token of a user. */
        async me({ actor }: Caller): Promise<User> {
          const [user] = await store.users.findMany([requireOwner(actor).userId]);
          return user ?? fail('UNAUTHENTICATED');
        },

        /**
         * Returns the memberships of each user with their roles, oldest first. A user that the caller may not read has none, and other
         * members have that in the tenant in force alone, and so has the user of an API token.
         */
        async membershipsOf({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<MembershipWithRoles[][]> {
          const holder = requireTokenHolder(actor);
          const memberships = await store.users.membershipsWithRoles(userIds);
          const members = await membersSeenBy(store, actor, userIds);
          return userIds.map((userId) => {
            const own = memberships.filter((membership) => membership.userId === userId);
            if (maySeeUser(holder, userId, memberships)) return own;
            const shown = members.has(userId) || userIdOf(holder) === userId;
            return shown ? own.filter(({ tenantId }) => tenantId === holder.tenantId) : [];
          });
        },

        /** Returns the user with this address. Null if there is none, or the caller may not see it. */
        async findByEmail({ actor }: Caller, { email }: { email: string }): Promise<User | null> {
          requireEnvironment(actor);
          const user = await store.users.findByEmail(normalizeEmail(email));
          return user === null ? null : ((await findMany(actor, [user.id]))[0] ?? null);
        },
      }),
    },
  };
}

/**
 * What the transaction of a new member has to itself: the tenant, so that exactly one is the first, and all roles stay as they are read.
 */
const newMemberOf = ({ tenantId }: NewUser) => ({ subject: `tenant:${foldTenantId(tenantId)}` });
