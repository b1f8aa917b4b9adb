import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { fail } from '../domain/errors.ts';
import type { Keyring } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { PublicAuthenticator, Strategy, StrategyName } from '../domain/strategy.ts';
import { credentialPlace } from './factors.ts';

export type StrategyRegistry = Readonly<Partial<Record<StrategyName, Strategy>>>;

/** The strategy of that name; `STRATEGY_INACTIVE` when this release does not serve it. */
export const strategyOf = (registry: StrategyRegistry, name: StrategyName): Strategy => registry[name] ?? fail('STRATEGY_INACTIVE');

export type Authenticators = ReturnType<typeof createAuthenticators>;

interface Needs {
  store: Pick<Store, 'authenticators'>;
  keyring: Keyring;
  registry: StrategyRegistry;
}

/** Reads of enrolled factors, without any secret. */
export function createAuthenticators({ store, keyring, registry }: Needs) {
  const describe = (factor: Authenticator): PublicAuthenticator =>
    strategyOf(registry, factor.strategy).describe(factor, () => keyring.open(factor.sealedCredential, credentialPlace(factor.id)));
  return {
    describe,

    /** Factors of each user asked, in one statement. The caller has checked who may see them. */
    async ofUsers(userIds: readonly string[]): Promise<PublicAuthenticator[][]> {
      const factors = await store.authenticators.ofUsers(userIds);
      return userIds.map((userId) => factors.filter((factor) => factor.userId === userId).map(describe));
    },
  };
}
