import type { Caller, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import type { TokenPurpose, UserToken } from '../../domain/account/user-token.ts';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { ReadPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { notAPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { User } from '../../domain/directory/user.ts';
import type { UserPhone, UserPhoneQuery } from '../../domain/directory/user-phone.ts';
import { maxPhonesPerUser } from '../../domain/directory/user-phone.ts';
import { DomainError, fail, InvalidCode, InvalidInput } from '../../domain/errors.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { readUsers, requirePermission, requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { TokenCodes } from '../limits/token-codes.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { PhoneCodes } from './phone-codes.ts';
import { targetUserOf } from './target-user.ts';
import type { Users } from './users.ts';

/** A number to add. */
export interface NewUserPhone {
  /** Null for the user of the token. */
  userId: string | null;
  phoneNumber: string;
  /** Whether a code is sent to the number. Without one, the number of a user stays unverified, and an environment token vouches for it. */
  sendCode: boolean;
}

/** A number that was added. */
export interface AddedUserPhone {
  phone: UserPhone;
  /** Comes back with the code. Null if no code was sent. */
  otcToken: string | null;
}

/** Which part of the numbers that the caller may see is wanted. */
export type UserPhoneSearch = Omit<UserPhoneQuery, 'tenantId' | 'visibleOnly'>;

interface Needs {
  store: Pick<Store, 'userPhones' | 'transact'>;
  clock: Clock;
  random: Random;
  readPhoneNumber: ReadPhoneNumber;
  users: Pick<Users, 'findMany' | 'findOne'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  mailboxProof: Pick<MailboxProof, 'requireMailboxProof'>;
  phoneCodes: PhoneCodes;
  tokenCodes: TokenCodes;
  notices: SecurityNotices;
  audit: Audit;
}

const toSend = ['SMS_UNAVAILABLE', 'RATE_LIMITED'] as const;
const toAnswer = ['INVALID_CODE', 'CODE_EXPIRED', 'ATTEMPTS_EXHAUSTED'] as const;

/** Errors of each use case. */
export const userPhonesErrors = {
  add: ['INVALID_INPUT', 'USER_NOT_FOUND', 'PHONE_EXISTS', 'PHONE_LIMIT_REACHED', 'STEP_UP_REQUIRED', 'MAILBOX_PROOF_REQUIRED', ...toSend],
  sendCode: ['INVALID_INPUT', 'PHONE_NOT_FOUND', ...toSend],
  verify: toAnswer,
  beginRemoval: ['PHONE_NOT_FOUND', ...toSend],
  removeByCode: ['PHONE_NOT_FOUND', ...toAnswer],
  remove: ['INVALID_INPUT', 'USER_NOT_FOUND', 'PHONE_NOT_FOUND', 'STEP_UP_REQUIRED'],
} as const;

/** For what a code to an own number is. */
type PhonePurpose = Extract<TokenPurpose, 'PHONE_VERIFICATION' | 'PHONE_REMOVAL'>;

const subjectOf = ({ userId, id }: Pick<UserPhone, 'userId' | 'id'>): string => `${userId}:${id}`;

/**
 * Creates the service of the phone numbers that users log in by. A number counts once it is verified, and none of them is a second factor:
 * that of an SMS authenticator is enrolled for itself.
 */
export function createUserPhones(needs: Needs) {
  const { store, clock, random, readPhoneNumber, users, sessions, recentFactor, mailboxProof, phoneCodes, tokenCodes, notices, audit } = needs;

  const readNumber = (given: string): string => {
    const number = readPhoneNumber(given);
    if (number === null) throw new InvalidInput([{ path: ['phoneNumber'], message: `phoneNumber ${notAPhoneNumber}` }]);
    return number.e164;
  };

  const newRow = (userId: string, phoneNumber: string, verified: boolean): UserPhone => {
    const now = clock.now();
    return { id: random.uuid(), userId, phoneNumber, verified, createdAt: now, updatedAt: now };
  };

  const charge = (caller: Caller, userId: string, tenantId: string, number: string, enrolled: boolean): Promise<void> => {
    phoneCodes.requireAvailable();
    return phoneCodes.charge({ userId, tenantId, purpose: 'SMS' }, { number, enrolled }, caller);
  };

  /**
   * Sends a code to the number and returns the token that comes back with it. Nobody gets the text if the number is not `kept`. Runs in the
   * caller's transaction.
   */
  const send = async (caller: Caller, purpose: PhonePurpose, phone: UserPhone, tenantId: string, kept = true): Promise<string> => {
    const wanted = { purpose, subject: subjectOf(phone), userId: kept ? phone.userId : null, lifetimeSeconds: tokenLifetimeSeconds[purpose] };
    const made = await phoneCodes.make(wanted, phone.phoneNumber);
    await phoneCodes.queue(caller, made, tenantId);
    return made.secret;
  };

  const ownPhone = async (userId: string, isWanted: (phone: UserPhone) => boolean): Promise<UserPhone> =>
    (await store.userPhones.ofUsers([userId])).find(isWanted) ?? fail('PHONE_NOT_FOUND');

  /** Checks the code to an own number. A token of somebody else is as wrong as an unknown one. */
  const check = async (actor: UserActor, purpose: PhonePurpose, { otcToken, code }: { otcToken: string; code: string }) => {
    const answer = phoneCodes.readAnswer(code);
    const token: UserToken | null = await tokenCodes.find(purpose, otcToken);
    if (token === null || (token.userId !== null && token.userId !== actor.userId)) throw new InvalidCode();
    const phone = (await store.userPhones.ofUsers([actor.userId])).find((each) => subjectOf(each) === token.subject) ?? null;
    const right = await tokenCodes.check(token, { answer, sentTo: phone?.phoneNumber ?? '' });
    return { ...right, phone: phone ?? fail('INVALID_CODE') };
  };

  const addByEnvironment = async (
    caller: Caller<EnvironmentActor>,
    { user, tenantId, number, sendCode }: { user: User; tenantId: string; number: string; sendCode: boolean },
  ): Promise<AddedUserPhone> => {
    if (sendCode) await charge(caller, user.id, tenantId, number, false);
    return store.transact({ user: user.id }, async () => {
      const held = await store.userPhones.ofUsers([(await users.findOne(caller.actor, user.id)).id]);
      if (held.length >= maxPhonesPerUser) fail('PHONE_LIMIT_REACHED');
      const phone = newRow(user.id, number, !sendCode);
      if (!(await store.userPhones.add(phone))) throw new DomainError('PHONE_EXISTS', undefined, 'phoneNumber');
      await audit('PHONE_ADDED', caller, { userId: user.id, tenantId, reason: `${phone.id} ${sendCode ? 'unverified' : 'verified'}` });
      if (sendCode) return { phone, otcToken: await send(caller, 'PHONE_VERIFICATION', phone, tenantId) };
      await notices.notify(caller, user.id, 'PHONE_ADDED');
      return { phone, otcToken: null };
    });
  };

  const addOwn = async (caller: Caller<UserActor>, number: string, sendCode: boolean): Promise<AddedUserPhone> => {
    const { actor } = caller;
    const { userId, tenantId } = actor;
    await mailboxProof.requireMailboxProof(actor);
    if (sendCode) await charge(caller, userId, tenantId, number, false);
    return store.transact({ user: userId }, async () => {
      await sessions.requireLivingSession(actor);
      await mailboxProof.requireMailboxProof(actor);
      const held = await store.userPhones.ofUsers([userId]);
      const own = held.find(({ phoneNumber }) => phoneNumber === number);
      if (own?.verified) return { phone: own, otcToken: null };
      if (own === undefined && held.length >= maxPhonesPerUser) fail('PHONE_LIMIT_REACHED');
      const phone = own ?? newRow(userId, number, false);
      const kept = own !== undefined || (await store.userPhones.add(phone));
      if (!kept) await audit('REQUEST_REFUSED', caller, { userId, tenantId, reason: 'PHONE_EXISTS' });
      else if (own === undefined) await audit('PHONE_ADDED', caller, { userId, tenantId, reason: `${phone.id} unverified` });
      else await audit('CODE_SENT', caller, { userId, tenantId, strategy: 'SMS', reason: 'PHONE_VERIFICATION' });
      return { phone, otcToken: sendCode ? await send(caller, 'PHONE_VERIFICATION', phone, tenantId, kept) : null };
    });
  };

  /** Removes a number in the caller's transaction, and tells the user. */
  const remove = async (caller: Caller, userId: string, phoneId: string, tenantId: string | null): Promise<void> => {
    if (!(await store.userPhones.remove(userId, phoneId))) fail('PHONE_NOT_FOUND');
    await audit('PHONE_REMOVED', caller, { userId, tenantId, reason: phoneId });
    await notices.notify(caller, userId, 'PHONE_REMOVED');
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', userPhonesErrors, {
      /**
       * Adds a number. The answer to a user does not reveal whether somebody else has verified it: then nothing is stored and nobody gets the
       * code. An environment token is told.
       */
      async add(caller: Caller, { userId, phoneNumber, sendCode }: NewUserPhone): Promise<AddedUserPhone> {
        await recentFactor.requireRecentFactor(caller);
        const { actor, user, tenantId } = await targetUserOf(users, caller.actor, userId);
        const number = readNumber(phoneNumber);
        const added =
          actor.kind === 'USER'
            ? await addOwn({ ...caller, actor }, number, sendCode)
            : await addByEnvironment({ ...caller, actor }, { user, tenantId, number, sendCode });
        phoneCodes.wake();
        return added;
      },

      /** Sends another code to an own number. An earlier one stops working. */
      async sendCode(caller: Caller, { phoneNumber }: { phoneNumber: string }): Promise<{ otcToken: string }> {
        const actor = requireUser(caller.actor);
        const { userId, tenantId } = actor;
        const number = readNumber(phoneNumber);
        await ownPhone(userId, (phone) => phone.phoneNumber === number);
        await charge(caller, userId, tenantId, number, false);
        const otcToken = await store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          const phone = await ownPhone(userId, (each) => each.phoneNumber === number);
          await audit('CODE_SENT', caller, { userId, tenantId, strategy: 'SMS', reason: 'PHONE_VERIFICATION' });
          return send(caller, 'PHONE_VERIFICATION', phone, tenantId);
        });
        phoneCodes.wake();
        return { otcToken };
      },

      /** Verifies an own number by the code that was sent to it, so that the user can log in by it. */
      async verify(caller: Caller, given: { otcToken: string; code: string }): Promise<UserPhone> {
        const actor = requireUser(caller.actor);
        const { userId, tenantId } = actor;
        const { phone, left, spend } = await check(actor, 'PHONE_VERIFICATION', given);
        const verified = await store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          await spend();
          // False if the number was removed, or another user has verified it since the code was sent.
          if (!(await store.userPhones.verify(userId, phone.id, clock.now()))) throw new InvalidCode(left);
          if (!phone.verified) {
            await audit('PHONE_VERIFIED', caller, { userId, tenantId, reason: phone.id });
            await notices.notify(caller, userId, 'PHONE_ADDED');
          }
          return ownPhone(userId, ({ id }) => id === phone.id);
        });
        notices.wake();
        return verified;
      },

      /** Sends a code to an own number that is to be removed. Nothing is removed yet. */
      async beginRemoval(caller: Caller, { phoneId }: { phoneId: string }): Promise<{ otcToken: string }> {
        const actor = requireUser(caller.actor);
        const { userId, tenantId } = actor;
        const { phoneNumber, verified } = await ownPhone(userId, ({ id }) => id === phoneId);
        await charge(caller, userId, tenantId, phoneNumber, verified);
        const otcToken = await store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          const phone = await ownPhone(userId, ({ id }) => id === phoneId);
          await audit('CODE_SENT', caller, { userId, tenantId, strategy: 'SMS', reason: 'PHONE_REMOVAL' });
          return send(caller, 'PHONE_REMOVAL', phone, tenantId);
        });
        phoneCodes.wake();
        return { otcToken };
      },

      /** Removes an own number by the code that was sent to it. */
      async removeByCode(caller: Caller, { phoneId, ...given }: { phoneId: string; otcToken: string; code: string }): Promise<void> {
        const actor = requireUser(caller.actor);
        const { userId, tenantId } = actor;
        const { phone, left, spend } = await check(actor, 'PHONE_REMOVAL', given);
        if (phone.id !== phoneId) throw new InvalidCode(left);
        await store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          await spend();
          await remove(caller, userId, phoneId, tenantId);
        });
        notices.wake();
      },

      /** Removes a number of the user without a code to it, because the phone may be lost. */
      async remove(caller: Caller, { userId, phoneId }: { userId: string | null; phoneId: string }): Promise<User> {
        await recentFactor.requireRecentFactor(caller);
        const { actor, user, tenantId } = await targetUserOf(users, caller.actor, userId);
        const after = await store.transact({ user: user.id }, async () => {
          await sessions.requireLivingSession(actor);
          await remove(caller, user.id, phoneId, tenantId);
          return users.findOne(actor, user.id);
        });
        notices.wake();
        return after;
      },
    }),

    ...reads(audit, {
      /** Returns the numbers of each user, oldest first. A user that the caller may not see has none. */
      async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<UserPhone[][]> {
        const seen = new Set((await users.findMany(actor, userIds)).map(({ id }) => id));
        const phones = await store.userPhones.ofUsers([...seen]);
        return userIds.map((userId) => phones.filter((phone) => phone.userId === userId));
      },

      /** Returns the numbers of one user, oldest first. */
      async ofUser({ actor }: Caller, { userId }: { userId: string | null }): Promise<UserPhone[]> {
        const { user } = await targetUserOf(users, actor, userId);
        return store.userPhones.ofUsers([user.id]);
      },

      /**
       * Returns a part of the numbers of the tenant that the caller acts in, or of the environment. Users do not see those of invisible users and
       * of users who have not accepted their invitation.
       */
      async search({ actor }: Caller, query: UserPhoneSearch): Promise<{ items: UserPhone[]; total: number }> {
        const { kind, tenantId } = requirePermission(actor, readUsers);
        return store.userPhones.search({ ...query, visibleOnly: kind !== 'ENVIRONMENT', ...(tenantId === null ? {} : { tenantId }) });
      },
    }),
  };
}
