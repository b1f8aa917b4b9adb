import type { Caller, UserActor } from '../../domain/access/actor.ts';
import { DomainError, StepUpRequired } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { multiFactorAcr, recentFactorSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'sessions'>;
  clock: Clock;
  /** Whether the rule also holds over REST, where clients written for Frontegg cannot always step up. */
  strictRest: boolean;
  audit: Audit;
}

/** The service that `createRecentFactor` creates. */
export type RecentFactor = ReturnType<typeof createRecentFactor>;

/**
 * Whether something was proven at most `maxAgeSeconds` ago. The difference counts in both directions, because a clock that was set
 * back must not prolong it.
 */
export const isRecent = (at: Date, now: Date, maxAgeSeconds: number): boolean => Math.abs(now.getTime() - at.getTime()) <= maxAgeSeconds * 1000;

/** Creates the check for sensitive operations: a user who has a factor must have proven it in this session shortly before (ASVS 7.5.1). */
export function createRecentFactor({ store, clock, strictRest, audit }: Needs) {
  const signedInLately = async ({ sessionId }: UserActor): Promise<boolean> => {
    const session = await store.sessions.find(sessionId, clock.now());
    return session !== null && isRecent(session.createdAt, clock.now(), recentFactorSeconds);
  };

  /**
   * Refuses a user who has a factor and has not proven it in this session shortly before. Environment tokens and users without a
   * factor pass. Over REST the rule holds only with `overRest`, which defaults to the setting. On the pages a user without a factor must
   * have signed in shortly before: their cookie is good for weeks, and whoever has stolen it could set up a factor of their own. Errors:
   * `STEP_UP_REQUIRED`.
   */
  const requireRecentFactor = async ({ actor, origin }: Caller, { overRest = strictRest } = {}): Promise<void> => {
    if (actor.kind !== 'USER' || (origin.transport === 'REST' && !overRest)) return;
    if (actor.mfaProvenAt !== null && isRecent(actor.mfaProvenAt, clock.now(), recentFactorSeconds)) return;
    const enrolled = await store.authenticators.ofUsers([actor.userId]);
    if (enrolled.length === 0 && (origin.transport !== 'PAGE' || (await signedInLately(actor)))) return;
    const { userId, tenantId } = actor;
    throw new StepUpRequired([multiFactorAcr], recentFactorSeconds).about({ userId, tenantId, strategy: null });
  };

  /**
   * Refuses an API token where its user would have to prove a factor, because it can prove none. The token of a user without a factor passes,
   * like the user. Errors: `STEP_UP_REQUIRED`.
   */
  const requireFactorless = async ({ origin }: Caller, { userId, tenantId }: { userId: string; tenantId: string }): Promise<void> => {
    if (origin.transport === 'REST' && !strictRest) return;
    if ((await store.authenticators.ofUsers([userId])).length === 0) return;
    throw new StepUpRequired([multiFactorAcr], recentFactorSeconds).about({ userId, tenantId, strategy: null });
  };

  return {
    requireRecentFactor,
    requireFactorless,

    useCases: reads(audit, {
      /** Tells whether sensitive operations let the caller pass now, so that a page can ask for the factor before a person has filled it in. */
      async isGiven(caller: Caller): Promise<boolean> {
        try {
          await requireRecentFactor(caller);
          return true;
        } catch (error) {
          if (error instanceof DomainError && error.code === 'STEP_UP_REQUIRED') return false;
          throw error;
        }
      },
    }),
  };
}
