import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import { EmailAddress, normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';
import type { Users } from './users.ts';

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findOne'>;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

/** Errors of each use case. */
export const userEmailErrors = { change: ['INVALID_INPUT', 'USER_NOT_FOUND', 'USER_EXISTS'] } as const;

/** Creates the service that changes the address a user logs in with. */
export function createUserEmail({ store, clock, users, revoke, notices, audit }: Needs) {
  return useCases(audit, 'REQUEST_REFUSED', userEmailErrors, {
    /**
     * Changes the address of the user. It counts as verified if the old one did, because the caller vouches for it. Both addresses are
     * told, so that nobody takes an account over unnoticed.
     */
    async change(caller: Caller, { userId, email: given }: { userId: string; email: string }): Promise<User> {
      const { tenantId } = requireEnvironment(caller.actor);
      const email = EmailAddress.read(given)?.text;
      if (email === undefined) throw new InvalidInput([{ path: ['email'], message: 'email must be an e-mail address' }]);
      const emailNormalized = normalizeEmail(email);
      const changed = await store.transact({ user: userId }, async () => {
        const before = await users.findOne(caller.actor, userId);
        if (before.email === email) return before;
        // Before the notices, which it would end as mail that waits.
        await revoke('EMAIL_CHANGED', userId);
        await notices.notify(caller, userId, 'EMAIL_CHANGED');
        if (!(await store.users.setEmail(userId, { email, emailNormalized }, clock.now()))) throw new DomainError('USER_EXISTS', undefined, 'email');
        await notices.notify(caller, userId, 'EMAIL_CHANGED');
        await audit('USER_EMAIL_CHANGED', caller, { userId, tenantId });
        return (await store.users.findMany([userId]))[0] ?? fail('USER_NOT_FOUND');
      });
      notices.wake();
      return changed;
    },
  });
}
