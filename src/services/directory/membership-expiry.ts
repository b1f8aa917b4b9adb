import type { Caller } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { UserRemoval } from './user-removal.ts';

const pageSize = 100;

/** Who removes a membership that has expired: nobody, by no request. */
const theServer: Caller = { actor: nobody, origin: { address: { text: '', network: '' }, userAgent: '', requestId: 'cleanup' } };

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  clock: Clock;
  userRemoval: Pick<UserRemoval, 'leaveTenant'>;
}

/**
 * Creates the removal of memberships that have expired. They open nothing from that moment on; this only tidies up after them, as if
 * somebody had removed the user from the tenant.
 */
export const createMembershipExpiry =
  ({ store, clock, userRemoval }: Needs) =>
  async (): Promise<void> => {
    for (;;) {
      const expired = await store.users.expiredMemberships(clock.now(), pageSize);
      for (const { userId, tenantId } of expired) {
        await store.transact('SETTINGS', async () => {
          // Somebody may have prolonged or removed it since it was read.
          const [membership] = (await store.users.memberships([userId])).filter((one) => one.tenantId === tenantId);
          if (membership?.expiresAt == null || membership.expiresAt > clock.now()) return;
          await userRemoval.leaveTenant(theServer, userId, tenantId);
        });
      }
      if (expired.length < pageSize) return;
    }
  };
