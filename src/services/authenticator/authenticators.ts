import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import { visibleUserIds } from '../directory/visibility.ts';
import { credentialPlace } from './factors.ts';

/** Every way to prove a second factor. */
export type StrategyRegistry = Readonly<Record<StrategyName, Strategy>>;

export type Authenticators = ReturnType<typeof createAuthenticators>;

interface Needs {
  store: Pick<Store, 'authenticators' | 'users'>;
  keyring: Keyring;
  registry: StrategyRegistry;
  audit: Audit;
}

/** Reads of enrolled factors, without any secret. */
export function createAuthenticators({ store, keyring, registry, audit }: Needs) {
  const describe = (factor: Authenticator): PublicAuthenticator =>
    registry[factor.strategy].describe(factor, () => keyring.open(factor.sealedCredential, credentialPlace(factor.id)));
  return {
    describe,

    useCases: reads(audit, {
      /** Answers the authenticators of each user, oldest first; none for a user that the caller may not see. */
      async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<PublicAuthenticator[][]> {
        const found = await store.authenticators.ofUsers(await visibleUserIds(store, actor, userIds));
        return userIds.map((userId) => found.filter((authenticator) => authenticator.userId === userId).map(describe));
      },
    }),
  };
}
