import type { Caller, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AddressCodes } from './address-codes.ts';

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  mailboxProof: MailboxProof;
  addressCodes: AddressCodes;
  outbox: Pick<Outbox, 'wake'>;
  audit: Audit;
}

/** Errors of each use case. */
export const mailboxCodeErrors = {
  send: ['RATE_LIMITED', 'EMAIL_UNAVAILABLE'],
  prove: ['INVALID_CODE', 'CODE_EXPIRED', 'ATTEMPTS_EXHAUSTED'],
} as const;

/** Creates the service by which a session proves that its user reads the mailbox of the primary address. */
export function createMailboxCodes({ store, sessions, mailboxProof, addressCodes, outbox, audit }: Needs) {
  const purpose = 'MAILBOX_PROOF';
  const holderOf = async ({ userId }: UserActor): Promise<User> => (await store.users.findMany([userId]))[0] ?? fail('UNAUTHENTICATED');

  return useCases(audit, 'REQUEST_REFUSED', mailboxCodeErrors, {
    /** Sends a code to the primary address of the user, whether or not it is verified. Returns when the code expires. */
    async send(caller: Caller): Promise<{ expiresAt: Date }> {
      const actor = requireUser(caller.actor);
      const { userId, tenantId } = actor;
      await addressCodes.takeSend(purpose, userId);
      const expiresAt = await store.transact({ user: userId }, async () => {
        await sessions.requireLivingSession(actor);
        const { email } = await holderOf(actor);
        const end = await addressCodes.send(caller, { purpose, userId, tenantId, email, reachable: true });
        await audit('CODE_SENT', caller, { userId, tenantId, reason: purpose });
        return end;
      });
      outbox.wake();
      return { expiresAt };
    },

    /**
     * Proves the mailbox in this session by the code. Returns until when the proof counts. A code that was sent to a former primary address
     * is none, because the change of the address has ended it.
     */
    async prove(caller: Caller, { code }: { code: string }): Promise<{ provenUntil: Date }> {
      const actor = requireUser(caller.actor);
      const { userId } = actor;
      const { email } = await holderOf(actor);
      const checked = await addressCodes.check({ purpose, userId, email, code });
      const provenAt = await store.transact({ user: userId }, async () => {
        await checked.spend();
        return mailboxProof.recordMailboxProof(caller, actor);
      });
      return { provenUntil: new Date(provenAt.getTime() + recentFactorSeconds * 1000) };
    },
  });
}
