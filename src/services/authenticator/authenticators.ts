import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

export type Authenticators = ReturnType<typeof createAuthenticators>;

/** Where the credential of an authenticator is stored; sealing binds it to that place. */
export const credentialPlace = (row: string) => ({ table: 'authenticators', row, column: 'sealed_credential' });

interface Needs {
  store: Pick<Store, 'authenticators'>;
  keyring: Keyring;
  registry: StrategyRegistry;
}

/** Opens and describes enrolled authenticators. */
export function createAuthenticators({ store, keyring, registry }: Needs) {
  /** Opens the credential. Only strategies ever see the bytes. */
  const open = ({ id, sealedCredential }: Pick<Authenticator, 'id' | 'sealedCredential'>): Uint8Array =>
    keyring.open(sealedCredential, credentialPlace(id));

  /** Describes the authenticator as clients may see it, without any secret. */
  const describe = (authenticator: Authenticator): PublicAuthenticator =>
    registry[authenticator.strategy].describe(authenticator, () => open(authenticator));

  return {
    open,
    describe,

    /** Factors of each user asked, in one statement. The caller has checked who may see them. */
    async ofUsers(userIds: readonly string[]): Promise<PublicAuthenticator[][]> {
      const factors = await store.authenticators.ofUsers(userIds);
      return userIds.map((userId) => factors.filter((factor) => factor.userId === userId).map(describe));
    },
  };
}
