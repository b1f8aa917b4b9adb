import type { Actor, Origin } from '../../domain/access/actor.ts';
import { StepUpRequired } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { multiFactorAcr } from './tokens.ts';

export const freshSecondFactorSeconds = 300;

interface Needs {
  store: Pick<Store, 'authenticators'>;
  clock: Clock;
  audit: Audit;
  /** Whether REST is held to the rule as well; clients written for Frontegg cannot step up everywhere. */
  strictRest: boolean;
}

export type Freshness = ReturnType<typeof createFreshness>;

/** Whether something was proven at most so many seconds ago. Either way: a clock that was set back must not make it last. */
export const isFresh = (at: Date, now: Date, maxAgeSeconds: number): boolean => Math.abs(now.getTime() - at.getTime()) <= maxAgeSeconds * 1000;

/** The one rule for sensitive operations (ASVS 7.5.1): who has a factor proves it in this session, shortly before. */
export function createFreshness({ store, clock, audit, strictRest }: Needs) {
  return {
    /**
     * To be called before the transaction of the operation, since a refusal is an event of its own. Environment tokens and
     * users without any factor pass. Errors: `STEP_UP_REQUIRED`.
     */
    async requireFreshSecondFactor(actor: Actor, origin: Origin, maxAgeSeconds = freshSecondFactorSeconds): Promise<void> {
      if (actor.kind !== 'USER' || (origin.transport === 'REST' && !strictRest)) return;
      if (actor.mfaProvenAt !== null && isFresh(actor.mfaProvenAt, clock.now(), maxAgeSeconds)) return;
      if ((await store.authenticators.ofUsers([actor.userId])).length === 0) return;
      const { userId, tenantId } = actor;
      await audit('STEP_UP_REQUIRED', origin, { actor, userId, tenantId });
      throw new StepUpRequired([multiFactorAcr], maxAgeSeconds);
    },
  };
}
