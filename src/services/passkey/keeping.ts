import { webAuthnAnswerSeconds } from '../../domain/bounds.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

interface Needs {
  store: Pick<Store, 'passkeyCeremonies'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

/** Who has to bring the answer: whoever has the token of a login, our own sign-in page by that of its visit, or the session of a registration. */
export type CeremonyOwner = { loginToken: string } | { pageToken: string } | { sessionId: string };

/** The service that `createPasskeyKeeping` creates. */
export type PasskeyKeeping = ReturnType<typeof createPasskeyKeeping>;

const place = (row: string) => ({ table: 'passkey_ceremonies', row, column: 'sealed' });

/** Creates the service that keeps what a ceremony has started, sealed, until its answer comes. */
export function createPasskeyKeeping({ store, clock, random, keyring }: Needs) {
  // The kinds of owner are told apart, so that a token that somebody invents is never the session of somebody else.
  const hashOf = (owner: CeremonyOwner): string => {
    if ('loginToken' in owner) return keyring.hashToken(`login ${owner.loginToken}`);
    return keyring.hashToken('pageToken' in owner ? `page ${owner.pageToken}` : `session ${owner.sessionId}`);
  };

  return {
    /** Keeps a ceremony in place of the one that its owner had, and returns when it expires. */
    async keep(owner: CeremonyOwner, started: Uint8Array): Promise<Date> {
      const id = random.uuid();
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + webAuthnAnswerSeconds * 1000);
      await store.passkeyCeremonies.keep({ id, ownerHash: hashOf(owner), sealed: keyring.seal(started, place(id)), createdAt, expiresAt });
      return expiresAt;
    },

    /**
     * Returns the ceremony of an owner and uses it up, before its answer is looked at, so that no second answer is compared with it.
     * Null if there is none.
     */
    async take(owner: CeremonyOwner): Promise<Uint8Array | null> {
      const taken = await store.passkeyCeremonies.take(hashOf(owner), clock.now());
      return taken === null ? null : keyring.open(taken.sealed, place(taken.id));
    },
  };
}
