import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { EmailAddress, normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { NewPasswords } from '../../domain/password/new-password.ts';
import type { Clock, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { refuseBadMetadata, refuseField } from './metadata.ts';

/** A user to create as a member of one tenant. */
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
  /** In how many seconds the first membership ends by itself. Null if it does not. */
  expiresInSeconds: number | null;
}

/** A user that was checked and can be stored, with the hash of the password. */
export interface UserDraft {
  profile: Omit<User, 'activeTenantId' | 'verified'>;
  passwordHash: string | null;
}

/** How a new user joins the first tenant. */
export interface FirstMembership {
  tenantId: string;
  roleIds: readonly string[];
  verified: boolean;
  expiresAt: Date | null;
}

interface Needs {
  store: Pick<Store, 'users'>;
  clock: Clock;
  random: Random;
  passwords: Pick<Passwords, 'admit'>;
  newPasswords: NewPasswords;
  audit: Audit;
}

/** The service that `createNewUsers` creates. */
export type NewUsers = ReturnType<typeof createNewUsers>;

/** Creates the one way to make users, for everything that does: an operator, an invitation and a sign-up. It checks no permission. */
export function createNewUsers({ store, clock, random, passwords, newPasswords, audit }: Needs) {
  return {
    /**
     * Checks the fields and hashes the password, for which the policy of the tenant counts as well. That takes long, so it comes before the
     * transaction. Errors: `INVALID_INPUT`.
     */
    async draft(caller: Caller, input: Omit<NewUser, 'tenantId' | 'roleIds' | 'expiresInSeconds'>, tenantId: string | null): Promise<UserDraft> {
      const email = EmailAddress.read(input.email)?.text ?? refuseField('email', 'email must be an e-mail address');
      const { password, name } = input;
      refuseBadMetadata(input);
      const tenantIds = tenantId === null ? [] : [tenantId];
      const passwordHash =
        password === null
          ? null
          : await passwords.admit(() => newPasswords.accept(caller, { password, owner: { name, email }, userId: null, tenantIds }));
      const now = clock.now();
      const profile = {
        id: random.uuid(),
        email,
        emailNormalized: normalizeEmail(email),
        name: input.name ?? email,
        profilePictureUrl: input.profilePictureUrl,
        phoneNumber: input.phoneNumber,
        externalId: input.externalId,
        metadata: input.metadata ?? '{}',
        vendorMetadata: input.vendorMetadata ?? '{}',
        mfaBypass: input.mfaBypass,
        locked: false,
        superUser: false,
        invisible: false,
        createdAt: now,
        updatedAt: now,
        lastLoginAt: null,
        firstLoginAt: null,
        heldFactorAt: null,
        exemptUntil: null,
      };
      return { profile, passwordHash };
    },

    /** Stores the user with a first membership. Null if the address is taken. Runs in the caller's transaction. */
    async add(
      caller: Caller,
      { profile, passwordHash }: UserDraft,
      { tenantId, roleIds, verified, expiresAt }: FirstMembership,
    ): Promise<User | null> {
      const user: User = { ...profile, verified, activeTenantId: tenantId };
      const membership = { userId: user.id, tenantId, roleIds, createdAt: profile.createdAt, expiresAt };
      if (!(await store.users.create(user, membership, passwordHash))) return null;
      await audit('USER_CREATED', caller, { userId: user.id, tenantId });
      return user;
    },
  };
}
