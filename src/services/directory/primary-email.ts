import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { Revoke } from '../session/revocation.ts';

interface Needs {
  store: Pick<Store, 'sessions' | 'users'>;
  clock: Clock;
  revoke: Revoke;
  mailboxProof: Pick<MailboxProof, 'requireMailboxProof'>;
  notices: SecurityNotices;
  audit: Audit;
}

/**
 * Replaces the primary address of a user and returns the user as of then. Both addresses are told, so that nobody takes an account
 * over unnoticed. With `verified` the new one counts as verified, otherwise it does if the old one did. Runs in the caller's transaction.
 * The caller wakes the outbox after the commit. Errors: `USER_EXISTS`, `MAILBOX_PROOF_REQUIRED`.
 */
export type ChangePrimaryEmail = (caller: Caller, change: { user: User; email: string; verified: boolean; tenantId: string | null }) => Promise<User>;

/** Creates `ChangePrimaryEmail`, the one way to change a primary address. */
export const createPrimaryEmailChange =
  ({ store, clock, revoke, mailboxProof, notices, audit }: Needs): ChangePrimaryEmail =>
  async (caller, { user: { id: userId, emailNormalized: before }, email, verified, tenantId }) => {
    const address = { email, emailNormalized: normalizeEmail(email) };
    if (address.emailNormalized !== before) await mailboxProof.requireMailboxProof(caller.actor);
    // Before the notices, which it would end as mail that waits.
    await revoke('EMAIL_CHANGED', userId);
    await notices.notify(caller, userId, 'EMAIL_CHANGED');
    // What was proven about the old mailbox says nothing about the new one.
    await store.sessions.forgetMailboxProofs(userId);
    if (!(await store.users.setEmail(userId, address, clock.now()))) throw new DomainError('USER_EXISTS', undefined, 'email');
    // After the first notice, because an old address that was never verified may belong to somebody else.
    if (verified) await store.users.markVerified(userId, clock.now());
    await notices.notify(caller, userId, 'EMAIL_CHANGED');
    await audit('USER_EMAIL_CHANGED', caller, { userId, tenantId });
    return (await store.users.findMany([userId]))[0] ?? fail('USER_NOT_FOUND');
  };
