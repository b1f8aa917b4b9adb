import type { Caller } from '../../domain/access/actor.ts';
import { StepUpRequired } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { multiFactorAcr } from './tokens.ts';

export const recentFactorSeconds = 300;

interface Needs {
  store: Pick<Store, 'authenticators'>;
  clock: Clock;
  /** Whether REST is held to the rule as well; clients written for Frontegg cannot step up everywhere. */
  strictRest: boolean;
}

export type RecentFactor = ReturnType<typeof createRecentFactor>;

/** Whether something was proven at most so many seconds ago. Either way: a clock that was set back must not make it last. */
export const isRecent = (at: Date, now: Date, maxAgeSeconds: number): boolean => Math.abs(now.getTime() - at.getTime()) <= maxAgeSeconds * 1000;

/** The one rule for sensitive operations (ASVS 7.5.1): who has a factor proves it in this session, shortly before. */
export function createRecentFactor({ store, clock, strictRest }: Needs) {
  return {
    /**
     * Refuses a user who has a factor and has not proven it in this session shortly before. Environment tokens and users without any
     * factor pass. Over REST the setting decides whether the rule holds, unless `overRest` does. Errors: `STEP_UP_REQUIRED`.
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
