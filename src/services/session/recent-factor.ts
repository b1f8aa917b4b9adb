import type { Caller } from '../../domain/access/actor.ts';
import { StepUpRequired } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { multiFactorAcr, recentFactorSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';

interface Needs {
  store: Pick<Store, 'authenticators'>;
  clock: Clock;
  /** Whether the rule also holds over REST, where clients written for Frontegg cannot always step up. */
  strictRest: boolean;
}

/** The service that `createRecentFactor` creates. */
export type RecentFactor = ReturnType<typeof createRecentFactor>;

/**
 * Whether something was proven at most `maxAgeSeconds` ago. The difference counts in both directions, because a clock that was set
 * back must not prolong it.
 */
export const isRecent = (at: Date, now: Date, maxAgeSeconds: number): boolean => Math.abs(now.getTime() - at.getTime()) <= maxAgeSeconds * 1000;

/** Creates the check for sensitive operations: a user who has a factor must have proven it in this session shortly before (ASVS 7.5.1). */
export function createRecentFactor({ store, clock, strictRest }: Needs) {
  return {
    /**
     * Refuses a user who has a factor and has not proven it in this session shortly before. Environment tokens and users without a
     * factor pass. Over REST the rule holds only with `overRest`, which defaults to the setting. Errors: `STEP_UP_REQUIRED`.
     */
    async requireRecentFactor({ actor, origin }: Caller, { overRest = strictRest } = {}): Promise<void> {
      if (actor.kind !== 'USER' || (origin.transport === 'REST' && !overRest)) return;
      if (actor.mfaProvenAt !== null && isRecent(actor.mfaProvenAt, clock.now(), recentFactorSeconds)) return;
      if ((await store.authenticators.ofUsers([actor.userId])).length === 0) return;
      const { userId, tenantId } = actor;
      throw new StepUpRequired([multiFactorAcr], recentFactorSeconds).about({ userId, tenantId, strategy: null });
    },
  };
}
