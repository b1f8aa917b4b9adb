import type { Caller, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { SecondaryEmail, UserEmail, UserEmailQuery } from '../../domain/directory/user-email.ts';
import { addressesOf, asUserEmail, maxEmailsPerUser } from '../../domain/directory/user-email.ts';
import { DomainError, fail, InvalidCode, InvalidInput } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { readUsers, requirePermission, requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AddressCodes } from './address-codes.ts';
import { readNewAddress } from './address-codes.ts';
import type { ChangePrimaryEmail } from './primary-email.ts';
import { targetUserOf } from './target-user.ts';
import type { Users } from './users.ts';

/** An address to add. */
export interface NewUserEmail {
  /** Null for the user of the token. */
  userId: string | null;
  email: string;
  /** Whether the caller vouches for the address. Only an environment token may. */
  verified: boolean;
}

/** Which part of the addresses that the caller may see is wanted. */
export interface UserEmailSearch extends Omit<UserEmailQuery, 'tenantId' | 'visibleOnly' | 'emailNormalized'> {
  /** An address in any spelling. */
  email?: string;
}

interface Needs {
  store: Pick<Store, 'users' | 'userEmails' | 'transact'>;
  clock: Clock;
  random: Random;
  users: Pick<Users, 'findMany' | 'findOne'>;
  environment: Pick<EnvironmentService, 'current'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  addressCodes: AddressCodes;
  changePrimaryEmail: ChangePrimaryEmail;
  outbox: Pick<Outbox, 'wake'>;
  audit: Audit;
}

/** Errors of each use case. */
export const userEmailsErrors = {
  add: ['INVALID_INPUT', 'USER_NOT_FOUND', 'USER_EXISTS', 'EMAIL_LIMIT_REACHED', 'RATE_LIMITED', 'EMAIL_UNAVAILABLE', 'STEP_UP_REQUIRED'],
  verify: ['INVALID_INPUT', 'INVALID_CODE', 'CODE_EXPIRED', 'ATTEMPTS_EXHAUSTED'],
  setPrimary: ['INVALID_INPUT', 'USER_NOT_FOUND', 'EMAIL_NOT_FOUND', 'USER_EXISTS', 'STEP_UP_REQUIRED', 'MAILBOX_PROOF_REQUIRED'],
  remove: ['INVALID_INPUT', 'USER_NOT_FOUND', 'EMAIL_NOT_FOUND', 'PRIMARY_EMAIL', 'STEP_UP_REQUIRED'],
} as const;

/**
 * Creates the service of the addresses that users have besides the primary one. Those that are verified can be logged in with; codes,
 * links and notices go to the primary one all the same. None of them is a factor.
 */
export function createUserEmails(needs: Needs) {
  const { store, clock, random, users, environment, sessions, recentFactor, addressCodes, changePrimaryEmail, outbox, audit } = needs;

  const newRow = (userId: string, email: string, verified: boolean): SecondaryEmail => {
    const now = clock.now();
    return { id: random.uuid(), userId, email, emailNormalized: normalizeEmail(email), verified, createdAt: now, updatedAt: now };
  };

  /** Returns the user as of now, and all addresses. Errors: `USER_NOT_FOUND`. */
  const current = async (actor: EnvironmentActor | UserActor, userId: string): Promise<{ user: User; others: SecondaryEmail[] }> => ({
    user: await users.findOne(actor, userId),
    others: await store.userEmails.ofUsers([userId]),
  });

  const addByEnvironment = (caller: Caller<EnvironmentActor>, userId: string, { email, verified }: NewUserEmail): Promise<UserEmail> =>
    store.transact({ user: userId }, async () => {
      const { others } = await current(caller.actor, userId);
      const row = newRow(userId, readNewAddress(email).email, verified);
      if (others.length + 1 >= maxEmailsPerUser) fail('EMAIL_LIMIT_REACHED');
      if (!(await store.userEmails.add(row))) throw new DomainError('USER_EXISTS', undefined, 'email');
      const reason = `${row.id} ${verified ? 'verified' : 'unverified'}`;
      await audit('EMAIL_ADDED', caller, { userId, tenantId: caller.actor.tenantId, reason });
      return asUserEmail(row);
    });

  const addOwn = async (caller: Caller<UserActor>, { email: given, verified }: NewUserEmail): Promise<UserEmail> => {
    const { actor } = caller;
    const { userId, tenantId } = actor;
    if (verified) fail('FORBIDDEN');
    const { email, emailNormalized } = readNewAddress(given);
    await addressCodes.takeSend('EMAIL_VERIFICATION', userId);
    const added = await store.transact({ user: userId }, async () => {
      await sessions.requireLivingSession(actor);
      const { user, others } = await current(actor, userId);
      const own = others.find((other) => other.emailNormalized === emailNormalized);
      if (user.emailNormalized === emailNormalized || own?.verified) {
        return addressesOf(user, others).find((address) => normalizeEmail(address.email) === emailNormalized) ?? fail('EMAIL_NOT_FOUND');
      }
      if (own === undefined && others.length + 1 >= maxEmailsPerUser) fail('EMAIL_LIMIT_REACHED');
      const holder = await store.users.findByEmail(emailNormalized);
      const row = own ?? newRow(userId, email, false);
      const stored = own !== undefined || (await store.userEmails.add(row));
      const reachable = stored && holder === null;
      await addressCodes.send(caller, { purpose: 'EMAIL_VERIFICATION', userId, tenantId, email, reachable });
      if (!reachable) await audit('REQUEST_REFUSED', caller, { userId, tenantId, reason: 'USER_EXISTS' });
      else if (own !== undefined) await audit('CODE_SENT', caller, { userId, tenantId, reason: 'EMAIL_VERIFICATION' });
      else await audit('EMAIL_ADDED', caller, { userId, tenantId, reason: `${row.id} unverified` });
      return asUserEmail(row);
    });
    outbox.wake();
    return added;
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', userEmailsErrors, {
      /**
       * Adds an address. One that a user adds is not verified, and gets a code; adding it again sends another. The answer does not
       * reveal whether another user has taken it: then nothing is stored and nobody gets the code. An environment token is told.
       */
      async add(caller: Caller, command: NewUserEmail): Promise<UserEmail> {
        await recentFactor.requireRecentFactor(caller);
        const { actor, user } = await targetUserOf(users, caller.actor, command.userId);
        return actor.kind === 'USER' ? addOwn({ ...caller, actor }, command) : addByEnvironment({ ...caller, actor }, user.id, command);
      },

      /** Verifies an address of the user by the code that was sent to it. */
      async verify(caller: Caller, { email: given, code }: { email: string; code: string }): Promise<UserEmail> {
        const actor = requireUser(caller.actor);
        const { userId, tenantId } = actor;
        const { email, emailNormalized } = readNewAddress(given);
        const checked = await addressCodes.check({ purpose: 'EMAIL_VERIFICATION', userId, email, code });
        return store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          await checked.spend();
          // False if the address was removed, or another user has taken it since the code was sent.
          if (!(await store.userEmails.verify(userId, emailNormalized, clock.now()))) throw new InvalidCode();
          const { others } = await current(actor, userId);
          const verified = others.find((other) => other.emailNormalized === emailNormalized) ?? fail('INVALID_CODE');
          await audit('USER_VERIFIED', caller, { userId, tenantId, reason: verified.id });
          return asUserEmail(verified);
        });
      },

      /**
       * Makes another address of the user the primary one. The one before stays an address of the user. A user needs the permission of
       * the environment and a verified address. An environment token vouches for the address, which counts as verified if the one
       * before did.
       */
      async setPrimary(caller: Caller, { userId: named, email }: { userId: string | null; email: string }): Promise<User> {
        await recentFactor.requireRecentFactor(caller);
        const { actor, user: target, tenantId } = await targetUserOf(users, caller.actor, named);
        const { id: userId } = target;
        const emailNormalized = normalizeEmail(email);
        const ofUser = actor.kind === 'USER';
        const changed = await store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          if (ofUser && !(await environment.current()).allowEmailChange) fail('FORBIDDEN');
          const { user, others } = await current(actor, userId);
          if (user.emailNormalized === emailNormalized) return user;
          const chosen = others.find((other) => other.emailNormalized === emailNormalized) ?? fail('EMAIL_NOT_FOUND');
          if (ofUser && !chosen.verified) throw new InvalidInput([{ path: ['email'], message: 'email must be verified' }]);
          const after = await changePrimaryEmail(caller, { user, email: chosen.email, verified: chosen.verified, tenantId });
          await store.userEmails.add(newRow(userId, user.email, user.verified));
          return after;
        });
        outbox.wake();
        return changed;
      },

      /** Removes an address of the user, but not the primary one. */
      async remove(caller: Caller, { userId: named, emailId }: { userId: string | null; emailId: string }): Promise<User> {
        await recentFactor.requireRecentFactor(caller);
        const { actor, user, tenantId } = await targetUserOf(users, caller.actor, named);
        return store.transact({ user: user.id }, async () => {
          await sessions.requireLivingSession(actor);
          if (emailId === user.id) fail('PRIMARY_EMAIL');
          if (!(await store.userEmails.remove(user.id, emailId))) fail('EMAIL_NOT_FOUND');
          await audit('EMAIL_REMOVED', caller, { userId: user.id, tenantId, reason: emailId });
          return users.findOne(actor, user.id);
        });
      },
    }),

    ...reads(audit, {
      /** Returns the addresses of each user, the primary one first. A user that the caller may not see has none. */
      async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<UserEmail[][]> {
        const seen = new Map((await users.findMany(actor, userIds)).map((user) => [user.id, user]));
        const others = await store.userEmails.ofUsers([...seen.keys()]);
        return userIds.map((userId) => {
          const user = seen.get(userId);
          return user === undefined ? [] : addressesOf(user, others);
        });
      },

      /** Returns the addresses of one user, the primary one first. */
      async ofUser({ actor }: Caller, { userId }: { userId: string | null }): Promise<UserEmail[]> {
        const { user } = await targetUserOf(users, actor, userId);
        return addressesOf(user, await store.userEmails.ofUsers([user.id]));
      },

      /**
       * Returns a part of the addresses of the tenant that the caller acts in, or of the environment. Users do not see
       * those of invisible users and of users who have not accepted their invitation.
       */
      async search({ actor }: Caller, { email, ...query }: UserEmailSearch): Promise<{ items: UserEmail[]; total: number }> {
        const { kind, tenantId } = requirePermission(actor, readUsers);
        return store.userEmails.search({
          ...query,
          visibleOnly: kind !== 'ENVIRONMENT',
          ...(tenantId === null ? {} : { tenantId }),
          ...(email === undefined ? {} : { emailNormalized: normalizeEmail(email) }),
        });
      },
    }),
  };
}
