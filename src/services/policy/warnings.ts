import type { Caller } from '../../domain/access/actor.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import type { StrategyState } from './strategies.ts';

/** A problem that settings which contradict each other cause at the next login. */
export type MfaWarning = 'NO_STRATEGY_AVAILABLE';

/** The settings in force, as they were shown to the caller. */
export interface SettingsInForce {
  policy: EffectiveMfaPolicy;
  strategies: readonly StrategyState[];
}

/** Creates the read that warns the operator of settings that contradict each other, before they cause a login to be refused. */
export const createWarnings = ({ registry, audit }: { registry: StrategyRegistry; audit: Audit }) =>
  reads(audit, {
    /**
     * Returns the warnings about these settings. They are passed in because an answer with warnings shows the settings too, and has
     * read them already.
     */
    async list({ actor }: Caller, { policy, strategies }: SettingsInForce): Promise<MfaWarning[]> {
      requireSomebody(actor);
      if (policy.enforceMfaType === 'DONT_FORCE') return [];
      return strategies.some(({ strategy, active }) => active && registry[strategy].availability.available) ? [] : ['NO_STRATEGY_AVAILABLE'];
    },
  });
