import type { Actor, Caller, Origin } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { RecoveryCode } from '../../domain/recovery/recovery-code.ts';
import { formatRecoveryCode, normalizeRecoveryCode, recoveryCodesPerSet } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import { recoveryCodePurpose } from '../authenticator/factors.ts';
import { visibleUserIds } from '../directory/visibility.ts';
import type { Notifications } from '../messaging/security-notices.ts';
import type { RecentFactor } from '../session/recent-factor.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'recoveryCodes' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  recentFactor: RecentFactor;
  notifications: Notifications;
  audit: Audit;
}

export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

/** The codes a user keeps for the day the factor is lost. */
export function createRecoveryCodes({ store, clock, random, keyring, recentFactor, notifications, audit }: Needs) {
  return {
    /**
     * A new set in the place of the old one, shown once. Errors: `NOT_ENROLLED`, `STEP_UP_REQUIRED`.
     */
    async generate(actor: Actor, origin: Origin): Promise<string[]> {
      const { userId, tenantId } = requireUser(actor);
      await recentFactor.requireRecentFactor({ actor, origin });
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
      const facts = { actor, userId, tenantId };
      await audit.refusals('MFA_FAILED', origin, facts, () =>
        store.transact(async () => {
          // Without a factor to replace a code would be a way around the policy.
          if ((await store.authenticators.ofUsers([userId])).length === 0) fail('NOT_ENROLLED');
          await store.recoveryCodes.replaceAll(userId, codes);
          await audit('RECOVERY_CODES_GENERATED', origin, facts);
          await notifications.notify(userId, 'RECOVERY_CODES_GENERATED');
        }),
      );
      notifications.wake();
      return shown;
    },

    ...reads(audit, {
      /** Answers how many unspent codes each user has; 0 for a user that the caller may not see. */
      async remainingOf({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<number[]> {
        const seen = await visibleUserIds(store, actor, userIds);
        const counts = await store.recoveryCodes.count(seen);
        const countOf = new Map(seen.map((userId, index) => [userId, counts[index]]));
        return userIds.map((userId) => countOf.get(userId) ?? 0);
      },
    }),
  };
}
