import type { User } from '../../domain/directory/user.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** A user as named by a caller who is not logged in. */
export type UserName = { email: string } | { userId: string };

/** What the lookup of a named user returns. */
export interface LookedUpUser {
  /** Rate-limit key: the user's id, or a digest of the input if no user matches. */
  subject: string;
  /** The user, if messages may go to its address. Null if no user matches, and for an unverified or locked user. */
  reachable: User | null;
}

/** The service that `createUserLookup` creates. */
export type UserLookup = ReturnType<typeof createUserLookup>;

/**
 * Creates the lookup of users that strangers name. An unknown user costs the same work and the same charges as a known one, so that
 * the answer does not reveal which it was.
 */
export const createUserLookup = ({ store, keyring }: { store: Pick<Store, 'users'>; keyring: Keyring }) => ({
  /** Returns the user and the rate-limit key. There is a key even if no user matches. */
  async find(named: UserName): Promise<LookedUpUser> {
    const user =
      'email' in named ? await store.users.findByEmail(normalizeEmail(named.email)) : ((await store.users.findMany([named.userId]))[0] ?? null);
    // A digest, so that the input of strangers does not make the database a list of addresses.
    const digest = keyring.digest('subject', 'email' in named ? `email:${normalizeEmail(named.email)}` : `id:${named.userId}`);
    return { subject: user?.id ?? digest, reachable: user?.verified && !user.locked ? user : null };
  },
});
