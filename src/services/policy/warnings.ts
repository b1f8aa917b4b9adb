import type { Caller } from '../../domain/access/actor.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import type { StrategyState } from './strategies.ts';

/** What settings that contradict each other cause at the next login. */
export type MfaWarning = 'NO_STRATEGY_AVAILABLE';

/** The settings in force somewhere, as the caller was shown them. */
export interface SettingsInForce {
  policy: EffectiveMfaPolicy;
  strategies: readonly StrategyState[];
}

/** Tells the operator of settings that contradict each other, before a login under them fails closed. */
export const createWarnings = ({ registry, audit }: { registry: StrategyRegistry; audit: Audit }) =>
  reads(audit, {
    /** Answers the warnings about these settings. They are handed in: an answer that shows them as well has read them already. */
    async list({ actor }: Caller, { policy, strategies }: SettingsInForce): Promise<MfaWarning[]> {
      requireSomebody(actor);
      if (policy.enforceMfaType === 'DONT_FORCE') return [];
      return strategies.some(({ strategy, active }) => active && registry[strategy].availability.available) ? [] : ['NO_STRATEGY_AVAILABLE'];
    },
  });
