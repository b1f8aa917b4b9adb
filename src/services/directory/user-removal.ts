import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Revoke } from '../session/revocation.ts';

interface Needs {
  store: Pick<Store, 'users'>;
  keyring: Keyring;
  attempts: Pick<Attempts, 'resetAll'>;
  revoke: Revoke;
  audit: Audit;
}

/** The service that `createUserRemoval` creates. */
export type UserRemoval = ReturnType<typeof createUserRemoval>;

/** Creates the service that removes users from the environment. */
export const createUserRemoval = ({ store, keyring, attempts, revoke, audit }: Needs) => ({
  /**
   * Deletes the user with everything that belongs to them. Only the audit trail stays. Its last event has a keyed digest of the address, so
   * that an operator who knows the address can find out what became of it, and nobody else learns it. Runs in the caller's transaction.
   * Errors: `USER_NOT_FOUND`.
   */
  async deleteUser(caller: Caller, user: Pick<User, 'id' | 'emailNormalized' | 'activeTenantId'>): Promise<void> {
    await revoke('USER_DELETED', user.id);
    await attempts.resetAll(user.id);
    if (!(await store.users.remove(user.id))) fail('USER_NOT_FOUND');
    const digest = keyring.digest('deleted-address', user.emailNormalized);
    await audit('USER_DELETED', caller, { userId: user.id, tenantId: user.activeTenantId, reason: `address ${digest}` });
  },
});
