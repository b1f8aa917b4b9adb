import type { StrategyAvailability } from '../../domain/authenticator/strategy.ts';
import type { MfaPolicies } from './policies.ts';
import type { MfaStrategies } from './strategies.ts';

/** What a setting would cause at the next login, told to the operator before it happens. */
export const mfaWarnings = ['NO_STRATEGY_AVAILABLE'] as const;
export type MfaWarning = (typeof mfaWarnings)[number];

interface Needs {
  policies: Pick<MfaPolicies, 'effectiveMany'>;
  strategies: Pick<MfaStrategies, 'effectiveMany'>;
  availability: StrategyAvailability;
}

export type MfaWarnings = ReturnType<typeof createMfaWarnings>;

/** Settings that contradict each other: a login under them fails closed. */
export const createMfaWarnings =
  ({ policies, strategies, availability }: Needs) =>
  /** Warnings for a tenant, or with null for the environment. */
  async (owner: string | null): Promise<MfaWarning[]> => {
    const [policy] = await policies.effectiveMany([owner]);
    if (policy === undefined || policy.enforceMfaType === 'DONT_FORCE') return [];
    const [states = []] = await strategies.effectiveMany([owner]);
    return states.some(({ strategy, active }) => active && availability[strategy].available) ? [] : ['NO_STRATEGY_AVAILABLE'];
  };
