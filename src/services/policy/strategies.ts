import type { Caller } from '../../domain/access/actor.ts';
import type { StrategyAvailability } from '../../domain/authenticator/strategy.ts';
import { fail, StrategyUnavailable } from '../../domain/errors.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import { resolveStrategies } from '../../domain/policy/resolve.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { requireEnvironment, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { requireTenants } from '../directory/visibility.ts';

/** A strategy, and whether it is switched on. */
export interface StrategyState {
  strategy: StrategyName;
  active: boolean;
}

interface Needs {
  store: Pick<Store, 'strategySettings' | 'transact'>;
  clock: Clock;
  availability: StrategyAvailability;
  audit: Audit;
}

export type MfaStrategies = ReturnType<typeof createStrategySettings>;

/** Errors of each use case. */
export const strategyErrors = {
  set: ['STRATEGY_NOT_IN_ENVIRONMENT', 'STRATEGY_UNAVAILABLE'],
} as const;

/** Switches strategies on and off; a tenant may only narrow what the environment has on. */
export function createStrategySettings({ store, clock, availability, audit }: Needs) {
  /** Answers all five in fixed order, for each of the tenants (null: for the environment), in one statement. */
  const effectiveForEach = async (owners: readonly SettingsOwner[]): Promise<StrategyState[][]> => {
    const rows = await store.strategySettings.findMany([null, ...owners.filter((owner) => owner !== null)]);
    const environment = rows.filter((row) => row.tenantId === null);
    return owners.map((owner) =>
      resolveStrategies(
        environment,
        rows.filter((row) => owner !== null && row.tenantId === owner),
      ),
    );
  };
  const effectiveFor = async (owner: SettingsOwner): Promise<StrategyState[]> => (await effectiveForEach([owner]))[0] ?? [];

  return {
    /** Answers the names of the strategies in force in a tenant. */
    async activeIn(tenantId: string): Promise<StrategyName[]> {
      return (await effectiveFor(tenantId)).filter((state) => state.active).map((state) => state.strategy);
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', strategyErrors, {
        /** Switches one strategy; answers all five as they are in force afterwards. */
        async set(caller: Caller, { strategy, active }: StrategyState): Promise<StrategyState[]> {
          const { tenantId } = requireEnvironment(caller.actor);
          const provider = availability[strategy];
          if (active && !provider.available) throw new StrategyUnavailable(provider.reason);
          return store.transact(async () => {
            const inEnvironment = (await effectiveFor(null)).find((state) => state.strategy === strategy)?.active ?? false;
            if (active && tenantId !== null && !inEnvironment) fail('STRATEGY_NOT_IN_ENVIRONMENT');
            await store.strategySettings.set({ tenantId, strategy, active }, clock.now());
            await audit('STRATEGY_SET', caller, { tenantId, strategy, reason: active ? 'on' : 'off' });
            return effectiveFor(tenantId);
          });
        },
      }),

      ...reads(audit, {
        /** Answers all five as they are in force in the tenant the caller acts in, or in the environment. Any user may know. */
        async list({ actor }: Caller): Promise<StrategyState[]> {
          return effectiveFor(requireSomebody(actor).tenantId);
        },

        /** Answers all five as they are in force in each of the tenants (null: in the environment). Whoever sees a tenant may know. */
        async effectiveMany({ actor }: Caller, { owners }: { owners: readonly SettingsOwner[] }): Promise<StrategyState[][]> {
          requireTenants(actor, owners);
          return effectiveForEach(owners);
        },
      }),
    },
  };
}
