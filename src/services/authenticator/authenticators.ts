import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import { visibleUserIds } from '../directory/visibility.ts';

export type Authenticators = ReturnType<typeof createAuthenticators>;

/** Where the credential of an authenticator is stored; sealing binds it to that place. */
export const credentialPlace = (row: string) => ({ table: 'authenticators', row, column: 'sealed_credential' });

interface Needs {
  store: Pick<Store, 'authenticators' | 'users'>;
  keyring: Keyring;
  registry: StrategyRegistry;
  audit: Audit;
}

/** Opens and describes enrolled authenticators. */
export function createAuthenticators({ store, keyring, registry, audit }: Needs) {
  /** Opens the credential. Only strategies ever see the bytes. */
  const open = ({ id, sealedCredential }: Pick<Authenticator, 'id' | 'sealedCredential'>): Uint8Array =>
    keyring.open(sealedCredential, credentialPlace(id));

  /** Describes the authenticator as clients may see it, without any secret. */
  const describe = (authenticator: Authenticator): PublicAuthenticator =>
    registry[authenticator.strategy].describe(authenticator, () => open(authenticator));

  return {
    open,
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
