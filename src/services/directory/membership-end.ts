import { longestMembershipSeconds, shortestMembershipSeconds } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { refuseField } from './metadata.ts';

/**
 * Returns when a membership ends that may last so many seconds. Null if it has no end. It runs in the transaction that sets it. Errors:
 * `INVALID_INPUT`, and `FORBIDDEN` while the environment lets no membership end by itself.
 */
export type MembershipEnd = (seconds: number | null) => Promise<Date | null>;

/** Creates `MembershipEnd`. */
export const createMembershipEnd =
  ({ store, clock }: { store: Pick<Store, 'environment'>; clock: Clock }): MembershipEnd =>
  async (seconds) => {
    if (seconds === null) return null;
    if (seconds < shortestMembershipSeconds || seconds > longestMembershipSeconds) {
      refuseField('expirationInSeconds', `expirationInSeconds must be ${shortestMembershipSeconds} to ${longestMembershipSeconds}`);
    }
    if (!(await store.environment.find())?.temporaryUsers) fail('FORBIDDEN');
    return new Date(clock.now().getTime() + seconds * 1000);
  };
