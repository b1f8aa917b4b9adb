import type { PendingEnrollment } from '../../domain/authenticator/pending-enrollment.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

/** A pending enrollment with its secret opened. */
export interface OpenEnrollment {
  id: string;
  kept: Uint8Array;
  expiresAt: Date;
}

/** An enrollment to keep until its user confirms it. */
export interface NewEnrollment {
  owner: string;
  userId: string;
  strategy: StrategyName;
  /** The tenant in which it counts. */
  tenantId: string;
  keep: Uint8Array;
  expiresAt: Date;
}

interface Needs {
  store: Pick<Store, 'pendingEnrollments'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

/** The service that `createPendingEnrollments` creates. */
export type PendingEnrollments = ReturnType<typeof createPendingEnrollments>;

/** Returns where the secret of a pending enrollment is stored. Sealing binds the secret to that place. */
const pendingPlace = (row: string) => ({ table: 'pending_enrollments', row, column: 'sealed' });

/**
 * Creates the service that keeps secrets which were shown but not confirmed. There is one for each owner and strategy, so that two
 * browser tabs which start at the same time show the same secret.
 */
export function createPendingEnrollments({ store, clock, random, keyring }: Needs) {
  const opened = ({ id, sealed, expiresAt }: PendingEnrollment): OpenEnrollment => ({ id, kept: keyring.open(sealed, pendingPlace(id)), expiresAt });

  return {
    /** Returns the living enrollment of the owner and strategy, or null. */
    async find(owner: string, strategy: StrategyName): Promise<OpenEnrollment | null> {
      const pending = await store.pendingEnrollments.find(owner, strategy, clock.now());
      return pending === null ? null : opened(pending);
    },

    /**
     * Keeps the enrollment unless the owner has a living one, and returns the one in force. `isNew` tells which of them it is. Runs
     * in the caller's transaction.
     */
    async keep({ keep, ...enrollment }: NewEnrollment): Promise<OpenEnrollment & { isNew: boolean }> {
      const now = clock.now();
      const id = random.uuid();
      const inForce = await store.pendingEnrollments.keep({ id, ...enrollment, sealed: keyring.seal(keep, pendingPlace(id)), createdAt: now }, now);
      return { ...opened(inForce), isNew: inForce.id === id };
    },

    /** Spends the enrollment. Returns false if it was spent before. */
    spend: (id: string): Promise<boolean> => store.pendingEnrollments.consume(id),
  };
}
