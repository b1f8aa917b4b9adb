import type { Actor, Origin } from '../domain/actor.ts';
import { fail } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { User } from '../domain/user/user.ts';
import { requireEnvironment } from './access.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import { removeFactors } from './factor-removal.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'challenges' | 'devices' | 'enrollments' | 'recoveryCodes' | 'users' | 'transact'>;
  clock: Clock;
  attempts: Attempts;
  audit: Audit;
}

export type MfaReset = ReturnType<typeof createMfaReset>;

/** The administrator's way out for a user whose factor is lost or shut. */
export function createMfaReset({ store, clock, attempts, audit }: Needs) {
  return {
    /**
     * Removes every factor, recovery code and remembered device of the user, in all tenants, ends every open mfaToken, and
     * forgets wrong codes, so that a factor shut for good can be bound anew. Sessions go on: the contract's reset does not
     * end them, and whoever wants that locks the user. Again is harmless. Errors: `USER_NOT_FOUND`.
     */
    async reset(actor: Actor, userId: string, origin: Origin): Promise<User> {
      const { tenantId } = requireEnvironment(actor);
      return store.transact(async () => {
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) fail('USER_NOT_FOUND');
        const removed = await removeFactors(store, userId, clock.now());
        await attempts.resetAll(userId);
        await audit('MFA_RESET', origin, { actor, tenantId, userId, reason: removed.sort().join(' ') || 'nothing enrolled' });
        return user;
      });
    },
  };
}
