import type { Caller } from '../../domain/access/actor.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
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
  registry: StrategyRegistry;
  audit: Audit;
}

/** The service that `createStrategySettings` creates. */
export type StrategySettingsService = ReturnType<typeof createStrategySettings>;

/** Errors of each use case. */
export const strategyErrors = {
  set: ['STRATEGY_NOT_IN_ENVIRONMENT', 'STRATEGY_UNAVAILABLE'],
} as const;

/** Creates the service that switches strategies on and off. A tenant can only switch off what the environment has on. */
export function createStrategySettings({ store, clock, registry, audit }: Needs) {
  // `Object.keys` loses that the registry has exactly these names.
  const names = Object.keys(registry) as StrategyName[];

  /** Returns all strategies in fixed order, for each of the tenants, or with null for the environment. One statement reads all settings. */
  const effectiveForEach = async (owners: readonly SettingsOwner[]): Promise<StrategyState[][]> => {
    const rows = await store.strategySettings.findMany([null, ...owners.filter((owner) => owner !== null)]);
    const environment = rows.filter((row) => row.tenantId === null);
    return owners.map((owner) =>
      resolveStrategies(
        names,
        environment,
        rows.filter((row) => owner !== null && row.tenantId === owner),
      ),
    );
  };
  const effectiveFor = async (owner: SettingsOwner): Promise<StrategyState[]> => (await effectiveForEach([owner]))[0] ?? [];

  /** Switches one strategy of the owner. Whoever calls it checks who may. Errors: `STRATEGY_UNAVAILABLE`, `STRATEGY_NOT_IN_ENVIRONMENT`. */
  const put = async (caller: Caller, tenantId: SettingsOwner, { strategy, active }: StrategyState): Promise<StrategyState[]> => {
    const { availability } = registry[strategy];
    if (active && !availability.available) throw new StrategyUnavailable(availability.reason);
    return store.transact('SETTINGS', async () => {
      const inEnvironment = (await effectiveFor(null)).find((state) => state.strategy === strategy)?.active ?? false;
      if (active && tenantId !== null && !inEnvironment) fail('STRATEGY_NOT_IN_ENVIRONMENT');
      await store.strategySettings.set({ tenantId, strategy, active }, clock.now());
      await audit('STRATEGY_SET', caller, { tenantId, strategy, reason: active ? 'on' : 'off' });
      return effectiveFor(tenantId);
    });
  };

  return {
    put,

    /** Returns the names of the strategies in force in a tenant. */
    async activeIn(tenantId: string): Promise<StrategyName[]> {
      return (await effectiveFor(tenantId)).filter((state) => state.active).map((state) => state.strategy);
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', strategyErrors, {
        /** Switches one strategy on or off. Returns all strategies as they are in force afterwards. */
        async set(caller: Caller, state: StrategyState): Promise<StrategyState[]> {
          return put(caller, requireEnvironment(caller.actor).tenantId, state);
        },
      }),

      ...reads(audit, {
        /**
         * Returns all strategies as they are in force in the tenant that the caller acts in, or in the environment. Every user may
         * read them.
         */
        async list({ actor }: Caller): Promise<StrategyState[]> {
          return effectiveFor(requireSomebody(actor).tenantId);
        },

        /**
         * Returns all strategies as they are in force in each of the tenants. Null stands for the environment. Every caller who may
         * see a tenant may read them.
         */
        async effectiveMany({ actor }: Caller, { owners }: { owners: readonly SettingsOwner[] }): Promise<StrategyState[][]> {
          requireTenants(actor, owners);
          return effectiveForEach(owners);
        },
      }),
    },
  };
}
