import type { Clock } from '../../domain/ports.ts';
import type { CredentialKind, RevocationCause } from '../../domain/session/revocation.ts';
import { kindsThat } from '../../domain/session/revocation.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

interface Needs {
  store: Pick<Store, CredentialKind>;
  clock: Clock;
}

/**
 * Ends what the table says of the cause for this user, in the order of `credentialKinds`. Returns the strategies of the
 * authenticators that were removed. Runs in the caller's transaction. The caller writes the event and notifies the user.
 */
export type Revoke = (cause: RevocationCause, userId: string) => Promise<StrategyName[]>;

/** Creates `Revoke`, the one way to end credentials of more than one kind. */
export const createRevocation =
  ({ store, clock }: Needs): Revoke =>
  async (cause, userId) => {
    const now = clock.now();
    const removed: StrategyName[] = [];
    for (const kind of kindsThat('ENDS', cause)) {
      if (kind === 'authenticators') removed.push(...(await store.authenticators.endAllOf(userId)));
      else await store[kind].endAllOf(userId, now);
    }
    return removed;
  };
