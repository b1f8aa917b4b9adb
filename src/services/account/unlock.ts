import type { Caller } from '../../domain/access/actor.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { AccountLocks } from '../lockout/account-locks.ts';
import type { EmailLinks } from './email-links.ts';

interface Needs {
  store: Pick<Store, 'transact'>;
  emailLinks: Pick<EmailLinks, 'presentUnlock'>;
  accountLocks: Pick<AccountLocks, 'unlockAccount'>;
  audit: Audit;
}

/** Errors of each use case. */
export const unlockErrors = {
  unlock: ['INVALID_TOKEN', 'RATE_LIMITED'],
} as const;

/**
 * Creates the service by which a person who reads the user's mail ends a lock of the lockout policy. It logs nobody in and changes
 * neither the password nor a factor. A lock of an administrator has ended the link, so no link ends such a lock.
 */
export function createUnlock({ store, emailLinks, accountLocks, audit }: Needs) {
  return useCases(audit, 'REQUEST_REFUSED', unlockErrors, {
    /** Unlocks the account by the link that was mailed when the policy locked it. A link works once, and only while the account is locked. */
    async unlock(caller: Caller, { token }: { token: string }): Promise<void> {
      const presented = await emailLinks.presentUnlock(caller, { token });
      const { userId } = presented;
      await withEventFields({ userId }, () =>
        store.transact({ user: userId }, async () => {
          const user = await presented.spend();
          const unlocked = await accountLocks.unlockAccount(caller, { user, tenantId: user.activeTenantId, reason: 'MAILED_LINK' });
          if (!unlocked) fail('INVALID_TOKEN');
        }),
      );
    },
  });
}
