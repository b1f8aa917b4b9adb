import type { Caller, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { requireEnvironment, requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AddressCodes } from './address-codes.ts';
import { readNewAddress } from './address-codes.ts';
import type { ChangePrimaryEmail } from './primary-email.ts';
import type { Users } from './users.ts';

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findOne'>;
  environment: Pick<EnvironmentService, 'current'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  mailboxProof: MailboxProof;
  addressCodes: AddressCodes;
  changePrimaryEmail: ChangePrimaryEmail;
  outbox: Pick<Outbox, 'wake'>;
  audit: Audit;
}

/** Errors of each use case. */
export const userEmailErrors = {
  change: ['INVALID_INPUT', 'USER_NOT_FOUND', 'USER_EXISTS'],
  requestChange: ['INVALID_INPUT', 'RATE_LIMITED', 'EMAIL_UNAVAILABLE', 'STEP_UP_REQUIRED', 'MAILBOX_PROOF_REQUIRED'],
  confirmChange: ['INVALID_INPUT', 'INVALID_CODE', 'CODE_EXPIRED', 'ATTEMPTS_EXHAUSTED', 'USER_EXISTS', 'MAILBOX_PROOF_REQUIRED'],
} as const;

/** Creates the service that changes the primary address of a user to one that the user did not have. */
export function createUserEmail(needs: Needs) {
  const { store, clock, users, environment, sessions, recentFactor, mailboxProof, addressCodes, changePrimaryEmail, outbox, audit } = needs;
  const requireAllowed = async (): Promise<void> => {
    if (!(await environment.current()).allowEmailChange) fail('FORBIDDEN');
  };

  const ownerOf = async ({ userId }: UserActor): Promise<User> => (await store.users.findMany([userId]))[0] ?? fail('UNAUTHENTICATED');

  /** Marks the primary address as verified and returns the user as of then. */
  const keepVerified = async (caller: Caller<UserActor>, user: User): Promise<User> => {
    if (user.verified) return user;
    await store.users.markVerified(user.id, clock.now());
    await audit('USER_VERIFIED', caller, { userId: user.id, tenantId: caller.actor.tenantId });
    return ownerOf(caller.actor);
  };

  return useCases(audit, 'REQUEST_REFUSED', userEmailErrors, {
    /** Changes the address of the user. It counts as verified if the old one did, because the caller vouches for it. */
    async change(caller: Caller, { userId, email: given }: { userId: string; email: string }): Promise<User> {
      const { tenantId } = requireEnvironment(caller.actor);
      const { email } = readNewAddress(given);
      const changed = await store.transact({ user: userId }, async () => {
        const user = await users.findOne(caller.actor, userId);
        return user.email === email ? user : changePrimaryEmail(caller, { user, email, verified: false, tenantId });
      });
      outbox.wake();
      return changed;
    },

    /**
     * Sends a code to an address that the user wants as the primary one in place of the one that is. The answer does not reveal whether
     * another user has taken it: then nobody gets the code.
     */
    async requestChange(caller: Caller, { email: given }: { email: string }): Promise<void> {
      const actor = requireUser(caller.actor);
      await recentFactor.requireRecentFactor(caller);
      await requireAllowed();
      const { email, emailNormalized } = readNewAddress(given);
      await addressCodes.takeSend('EMAIL_CHANGE', actor.userId);
      await store.transact({ user: actor.userId }, async () => {
        await sessions.requireLivingSession(actor);
        const [user, holder] = await together(ownerOf(actor), store.users.findByEmail(emailNormalized));
        // The code would come to nothing. A code to the mailbox that is to be proven is the proof itself.
        if (user.emailNormalized !== emailNormalized) await mailboxProof.requireMailboxProof(actor);
        const reachable = holder === null || holder.id === actor.userId;
        await addressCodes.send(caller, { purpose: 'EMAIL_CHANGE', userId: actor.userId, tenantId: actor.tenantId, email, reachable });
        const { userId, tenantId } = actor;
        if (reachable) await audit('CODE_SENT', caller, { userId, tenantId, reason: 'EMAIL_CHANGE' });
        else await audit('REQUEST_REFUSED', caller, { userId, tenantId, reason: 'USER_EXISTS' });
      });
      outbox.wake();
    },

    /**
     * Makes the address that the code was sent to the primary one, and verified. The one before is no longer an address of the user. If it is
     * the primary one already, nothing ends and nobody is told. In both cases the session has proven the mailbox of the primary address.
     */
    async confirmChange(caller: Caller, { email: given, code }: { email: string; code: string }): Promise<User> {
      const actor = requireUser(caller.actor);
      const { userId, tenantId } = actor;
      const { email } = readNewAddress(given);
      const checked = await addressCodes.check({ purpose: 'EMAIL_CHANGE', userId, email, code });
      const changed = await store.transact({ user: userId }, async () => {
        await sessions.requireLivingSession(actor);
        await requireAllowed();
        await checked.spend();
        const user = await ownerOf(actor);
        const after = await (user.email === email
          ? keepVerified({ ...caller, actor }, user)
          : changePrimaryEmail(caller, { user, email, verified: true, tenantId }));
        await mailboxProof.recordMailboxProof(caller, actor);
        return after;
      });
      outbox.wake();
      return changed;
    },
  });
}
