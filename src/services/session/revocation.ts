import type { Clock } from '../../domain/ports.ts';
import type { CredentialKind, RevocationCause } from '../../domain/session/revocation.ts';
import { kindsThat, kindsThatEndInTenant } from '../../domain/session/revocation.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

interface Needs {
  store: Pick<Store, CredentialKind>;
  clock: Clock;
}

/**
 * Ends what the table says of the cause for this user, in the order of `credentialKinds`. Returns the strategies of the authenticators that were
 * removed. `keptSessionId` is the session of the call, where the table lets it stay. Runs in the caller's transaction. The caller writes the
 * event and notifies the user.
 */
export type Revoke = (cause: RevocationCause, userId: string, keptSessionId?: string) => Promise<StrategyName[]>;

/**
 * Ends what the table says of leaving a tenant: for one user, or with null for everybody in the tenant. Runs in the caller's transaction.
 * The caller writes the event.
 */
export type RevokeInTenant = (tenantId: string, userId: string | null) => Promise<void>;

/** Creates `RevokeInTenant`. */
export const createRevocationInTenant =
  ({ store, clock }: Needs): RevokeInTenant =>
  async (tenantId, userId) => {
    for (const kind of kindsThatEndInTenant()) await store[kind].endAllIn(tenantId, userId, clock.now());
  };

/** Creates `Revoke`, the one way to end credentials of more than one kind. */
export const createRevocation =
  ({ store, clock }: Needs): Revoke =>
  async (cause, userId, keptSessionId = '') => {
    const now = clock.now();
    const removed: StrategyName[] = [];
    const othersEnd = kindsThat('OTHERS_END', cause).includes('sessions');
    for (const kind of kindsThat('ENDS', cause)) {
      if (kind === 'authenticators') removed.push(...(await store.authenticators.endAllOf(userId)));
      else await store[kind].endAllOf(userId, now);
    }
    if (othersEnd) await store.sessions.endAllBut(keptSessionId, userId, now);
    return removed;
  };
