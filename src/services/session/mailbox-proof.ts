import type { Actor, Caller, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { MfaGrace } from '../../domain/policy/grace.ts';
import type { Clock, Delivery } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { isRecent } from './recent-factor.ts';

interface Needs {
  store: Pick<Store, 'sessions' | 'users'>;
  clock: Clock;
  delivery: Pick<Delivery, 'email'>;
  /** The part of the login gate that says whether a person has a time to enroll. Null if none runs. */
  gate: { runningGrace(user: User, tenantId: string, firstFactor: FirstFactor): Promise<MfaGrace | null> };
  audit: Audit;
}

/** The service that `createMailboxProof` creates. */
export type MailboxProof = ReturnType<typeof createMailboxProof>;

/**
 * Creates the check for people who log in without the second factor that a policy enforces, because they still have time to enroll. Whoever
 * has stolen a password could otherwise enroll a factor of their own, or first move the account to a mailbox of their own.
 */
export function createMailboxProof({ store, clock, delivery, gate, audit }: Needs) {
  return {
    /**
     * Refuses a user without an authenticator whose time to enroll runs, if this session has not proven the mailbox of the primary address
     * shortly before. Everybody else passes, and so does everybody where mail cannot be sent. It may run in an open transaction. Errors:
     * `MAILBOX_PROOF_REQUIRED`, and `UNAUTHENTICATED` if the session has ended.
     */
    async requireMailboxProof(actor: Actor): Promise<void> {
      if (actor.kind !== 'USER' || !delivery.email.available) return;
      const { userId, tenantId, sessionId } = actor;
      const [found, [user]] = await together(store.sessions.find(sessionId, clock.now()), store.users.findMany([userId]));
      const { mailboxProvenAt, firstFactor } = found ?? fail('UNAUTHENTICATED');
      if (mailboxProvenAt !== null && isRecent(mailboxProvenAt, clock.now(), recentFactorSeconds)) return;
      // No time runs for somebody who has an authenticator.
      if (user === undefined || (await gate.runningGrace(user, tenantId, firstFactor)) === null) return;
      throw new DomainError('MAILBOX_PROOF_REQUIRED').about({ userId, tenantId });
    },

    /**
     * Records that the session has just proven the mailbox of the primary address, and returns when. Runs in the caller's transaction.
     * Errors: `UNAUTHENTICATED` if the session has ended.
     */
    async recordMailboxProof(caller: Caller, { userId, tenantId, sessionId }: UserActor): Promise<Date> {
      const now = clock.now();
      if (!(await store.sessions.proveMailbox(sessionId, now))) fail('UNAUTHENTICATED');
      await audit('MAILBOX_PROVEN', caller, { userId, tenantId });
      return now;
    },
  };
}
