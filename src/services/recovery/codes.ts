import type { Caller } from '../../domain/access/actor.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { RecoveryCode } from '../../domain/recovery/recovery-code.ts';
import { formatRecoveryCode, normalizeRecoveryCode, recoveryCodePurpose, recoveryCodesPerSet } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { visibleUserIds } from '../directory/visibility.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'recoveryCodes' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createRecoveryCodes` creates. */
export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

/** Errors of each use case. */
export const recoveryCodeErrors = { generate: ['NOT_ENROLLED', 'STEP_UP_REQUIRED'] } as const;

/** Creates the service that makes and counts recovery codes, by which a user removes a lost factor. */
export function createRecoveryCodes({ store, clock, random, keyring, sessions, recentFactor, notices, audit }: Needs) {
  return {
    ...useCases(audit, 'MFA_FAILED', recoveryCodeErrors, {
      /** Replaces the recovery codes of the user by a new set and returns it. The codes are never shown again. */
      async generate(caller: Caller): Promise<string[]> {
        const { userId, tenantId } = requireUser(caller.actor);
        await recentFactor.requireRecentFactor(caller);
        const shown = Array.from({ length: recoveryCodesPerSet }, () => formatRecoveryCode(random.bytes(25)));
        const now = clock.now();
        const codes = shown.map(
          (code): RecoveryCode => ({
            id: random.uuid(),
            userId,
            digest: keyring.digest(recoveryCodePurpose, normalizeRecoveryCode(code)),
            createdAt: now,
          }),
        );
        await withEventFields({ userId }, () =>
          store.transact({ user: userId }, async () => {
            await sessions.requireLivingSession(caller.actor);
            // A user without a factor has nothing to recover, and a code would be a way around the policy.
            if ((await store.authenticators.ofUsers([userId])).length === 0) fail('NOT_ENROLLED');
            await store.recoveryCodes.replaceAll(userId, codes);
            await audit('RECOVERY_CODES_GENERATED', caller, { userId, tenantId });
            await notices.notify(userId, 'RECOVERY_CODES_GENERATED');
          }),
        );
        notices.wake();
        return shown;
      },
    }),

    ...reads(audit, {
      /** Returns how many unspent codes each of the users has. A user that the caller may not see has 0. */
      async remainingOf({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<number[]> {
        const visible = await visibleUserIds(store, actor, userIds);
        const counts = await store.recoveryCodes.count(visible);
        return userIds.map((userId) => counts[visible.indexOf(userId)] ?? 0);
      },
    }),
  };
}
