import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { StrategyAvailability } from '../../domain/authenticator/strategy.ts';
import { fail, StrategyUnavailable } from '../../domain/errors.ts';
import { resolveStrategies } from '../../domain/policy/resolve.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { requireEnvironment, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';

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

export type MfaStrategies = ReturnType<typeof createMfaStrategies>;

/** Which strategies are switched on; a tenant may only narrow what the environment has on. */
export function createMfaStrategies({ store, clock, availability, audit }: Needs) {
  /** All five in fixed order, in each of the tenants asked (null: in the environment), in one statement. */
  const effectiveMany = async (owners: readonly (string | null)[]): Promise<StrategyState[][]> => {
    const rows = await store.strategySettings.findMany([null, ...owners.filter((owner) => owner !== null)]);
    const environment = rows.filter((row) => row.tenantId === null);
    return owners.map((owner) =>
      resolveStrategies(
        environment,
        rows.filter((row) => owner !== null && row.tenantId === owner),
      ),
    );
  };
  const effective = async (owner: string | null): Promise<StrategyState[]> => (await effectiveMany([owner]))[0] ?? [];

  return {
    effectiveMany,

    /** Names of the strategies in force in a tenant. */
    async activeIn(tenantId: string): Promise<StrategyName[]> {
      return (await effective(tenantId)).filter((state) => state.active).map((state) => state.strategy);
    },

    /** What is in force for the actor: in its tenant, or in the environment. Any user may know. */
    async list(actor: Actor): Promise<StrategyState[]> {
      return effective(requireSomebody(actor).tenantId);
    },

    /** Switches one strategy. Errors: `STRATEGY_UNAVAILABLE`, `STRATEGY_NOT_IN_ENVIRONMENT`. */
    async set(actor: Actor, { strategy, active }: StrategyState, origin: Origin): Promise<StrategyState[]> {
      const { tenantId } = requireEnvironment(actor);
      const serves = availability[strategy];
      if (active && !serves.available) throw new StrategyUnavailable(serves.reason);
      return store.transact(async () => {
        const inEnvironment = (await effective(null)).find((state) => state.strategy === strategy)?.active ?? false;
        if (active && tenantId !== null && !inEnvironment) fail('STRATEGY_NOT_IN_ENVIRONMENT');
        await store.strategySettings.set({ tenantId, strategy, active }, clock.now());
        await audit('STRATEGY_SET', origin, { actor, tenantId, strategy, reason: active ? 'on' : 'off' });
        return effective(tenantId);
      });
    },
  };
}
