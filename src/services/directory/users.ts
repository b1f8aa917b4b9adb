import type { Actor, Caller, EnvironmentActor } from '../../domain/access/actor.ts';
import { refuseBadPassword } from '../../domain/account/password.ts';
import { profileBounds } from '../../domain/bounds.ts';
import { foldTenantId } from '../../domain/directory/tenant.ts';
import type { MembershipWithRoles, User, UserChange, UserFilter } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { EmailAddress, normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { holdsOnlyText, utf8Length } from '../../domain/text.ts';
import { requireEnvironment, requireSomebody, requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { Sessions } from '../session/sessions.ts';
import { targetUserOf } from './target-user.ts';
import { maySeeUser, tenantNamed, visibleUserIds } from './visibility.ts';

/** An unverified user to create as a member of one tenant. */
export interface NewUser {
  email: string;
  tenantId: string;
  name: string | null;
  password: string | null;
  /** Ids of the roles of the new member. If there are none, the member gets those that the operator has chosen for new members. */
  roleIds: readonly string[];
  phoneNumber: string | null;
  profilePictureUrl: string | null;
  externalId: string | null;
  /** JSON text of an object, as is `vendorMetadata`. */
  metadata: string | null;
  vendorMetadata: string | null;
  mfaBypass: boolean;
}

/** Fields that users may change of their own profile. */
export type ProfileChange = Partial<Pick<User, 'name' | 'phoneNumber' | 'profilePictureUrl' | 'metadata'>>;

/** Conditions on users. The tenant is that of the caller. */
export interface UserConditions extends Omit<UserFilter, 'tenantId' | 'emailNormalized'> {
  /** An address in any spelling. */
  email?: string;
}

interface Needs {
  store: Pick<Store, 'tenants' | 'users' | 'roles' | 'transact'>;
  clock: Clock;
  random: Random;
  passwords: Passwords;
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
export function createUsers({ store, clock, random, passwords, rolesForMember, sessions, audit }: Needs) {
  /** Returns the tenant that a new member is for. Errors: `TENANT_NOT_FOUND`, `FORBIDDEN`. */
  const tenantForMember = ({ actor }: Caller, named: string): Promise<string> => tenantNamed(store, requireEnvironment(actor).tenantId, named);

  /** Creates the user with a first membership. Returns null if the address is taken. Errors: `INVALID_INPUT`, `TENANT_NOT_FOUND`, `ROLE_NOT_FOUND`, `FORBIDDEN`. */
  const add = async (caller: Caller, input: NewUser): Promise<User | null> => {
    const email = EmailAddress.read(input.email)?.text ?? refuseField('email', 'email must be an e-mail address');
    const { password } = input;
    refuseBadPassword(password);
    refuseBadMetadata(input);
    const passwordHash = password === null ? null : await passwords.admit(() => passwords.hash(password));
    const now = clock.now();
    const profile: Omit<User, 'activeTenantId'> = {
      id: random.uuid(),
      email,
      emailNormalized: normalizeEmail(email),
      name: input.name ?? email,
      profilePictureUrl: input.profilePictureUrl,
      phoneNumber: input.phoneNumber,
      externalId: input.externalId,
      metadata: input.metadata ?? '{}',
      vendorMetadata: input.vendorMetadata ?? '{}',
      verified: false,
      mfaBypass: input.mfaBypass,
      locked: false,
      superUser: false,
      invisible: false,
      createdAt: now,
      updatedAt: now,
      lastLoginAt: null,
    };
    return store.transact(newMemberOf(input), async () => {
      const tenantId = await tenantForMember(caller, input.tenantId);
      const user: User = { ...profile, activeTenantId: tenantId };
      const membership = { userId: user.id, tenantId, roleIds: await rolesForMember(tenantId, input.roleIds), createdAt: now };
      if (!(await store.users.create(user, membership, passwordHash))) return null;
      await audit('USER_CREATED', caller, { userId: user.id, tenantId });
      return user;
    });
  };

  /** Returns those of the users that the actor may see. The others are left out, as if they did not exist. */
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
            if (!(await store.users.addMembership({ userId: user.id, tenantId, roleIds, createdAt: clock.now() }))) fail('USER_EXISTS');
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
        /** Returns those of the users that the caller may see. The others are left out, as if they did not exist. */
        findMany: ({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<User[]> => findMany(actor, ids),

        /** Returns the user behind a user token. */
        async me({ actor }: Caller): Promise<User> {
          const [user] = await store.users.findMany([requireUser(actor).userId]);
          return user ?? fail('UNAUTHENTICATED');
        },

        /** Returns the memberships of each user with their roles, oldest first. A user that the caller may not see has none. */
        async membershipsOf({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<MembershipWithRoles[][]> {
          const somebody = requireSomebody(actor);
          const memberships = await store.users.membershipsWithRoles(userIds);
          return userIds.map((userId) =>
            maySeeUser(somebody, userId, memberships) ? memberships.filter((membership) => membership.userId === userId) : [],
          );
        },

        /** Returns a page of the users of the tenant that the caller acts in, or of the environment, oldest first. */
        async list({ actor }: Caller, { page, ...conditions }: { page: PageRequest } & UserConditions): Promise<Page<User>> {
          return store.users.list(filterFor(requireEnvironment(actor), conditions), page);
        },

        /** Returns how many users there are in the tenant that the caller acts in, or in the environment. */
        async count({ actor }: Caller, conditions: UserConditions): Promise<number> {
          return store.users.count(filterFor(requireEnvironment(actor), conditions));
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

/** Returns the filter for what the actor sees. */
const filterFor = ({ tenantId }: EnvironmentActor, { email, ...conditions }: UserConditions): UserFilter => ({
  ...conditions,
  ...(tenantId === null ? {} : { tenantId }),
  ...(email === undefined ? {} : { emailNormalized: normalizeEmail(email) }),
});

/**
 * What the transaction of a new member has to itself: the tenant, so that exactly one is the first, and all roles stay as they are read.
 */
const newMemberOf = ({ tenantId }: NewUser) => ({ subject: `tenant:${foldTenantId(tenantId)}` });

/** Refuses metadata that is not a JSON object, or too long for the token that carries it. Errors: `INVALID_INPUT`. */
function refuseBadMetadata({ metadata = null, vendorMetadata = null }: { metadata?: string | null; vendorMetadata?: string | null }): void {
  const claim = metadata === null ? {} : objectIn('metadata', metadata);
  if (vendorMetadata !== null) objectIn('vendorMetadata', vendorMetadata);
  if (utf8Length(JSON.stringify(claim)) > profileBounds.metadata) {
    refuseField('metadata', `metadata must have at most ${profileBounds.metadata} bytes as JSON in UTF-8`);
  }
}

/** Returns the JSON object that a text holds. Errors: `INVALID_INPUT`. */
function objectIn(field: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && holdsOnlyText(value)) return value;
  } catch {
    // Unreadable text gets the same refusal as text of another JSON value.
  }
  return refuseField(field, `${field} must be a JSON object`);
}

/** Refuses one field of the input. It is a function, so that it can stand in an expression. */
function refuseField(field: string, message: string): never {
  throw new InvalidInput([{ path: [field], message }]);
}
