import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { credentialPlace } from './factors.ts';

/** Every way to prove a second factor. */
export type StrategyRegistry = Readonly<Record<StrategyName, Strategy>>;

export type Authenticators = ReturnType<typeof createAuthenticators>;

interface Needs {
  store: Pick<Store, 'authenticators'>;
  keyring: Keyring;
  registry: StrategyRegistry;
}

/** Reads of enrolled factors, without any secret. */
export function createAuthenticators({ store, keyring, registry }: Needs) {
  const describe = (factor: Authenticator): PublicAuthenticator =>
    registry[factor.strategy].describe(factor, () => keyring.open(factor.sealedCredential, credentialPlace(factor.id)));
  return {
    describe,

    /** Factors of each user asked, in one statement. The caller has checked who may see them. */
    async ofUsers(userIds: readonly string[]): Promise<PublicAuthenticator[][]> {
      const factors = await store.authenticators.ofUsers(userIds);
      return userIds.map((userId) => factors.filter((factor) => factor.userId === userId).map(describe));
    },
  };
}
