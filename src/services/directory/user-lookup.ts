import type { User } from '../../domain/directory/user.ts';
import { normalizeEmail } from '../../domain/directory/user.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** A user as somebody names it who is not logged in. */
export type UserName = { email: string } | { userId: string };

/** What is known of the user that a stranger named. */
export interface LookedUpUser {
  /** Key that budgets count by: the id of the user, or a digest of the input where no user matches. */
  subject: string;
  /** The user, if messages may go to its address; null for nobody, and for an unverified or locked user. */
  reachable: User | null;
}

export type UserLookup = ReturnType<typeof createUserLookup>;

/** Finds the users that strangers name, so that the answer for nobody costs and counts the same. */
export const createUserLookup = ({ store, keyring }: { store: Pick<Store, 'users'>; keyring: Keyring }) => ({
  /** Finds the user, and a key for budgets even where there is none. */
  async find(named: UserName): Promise<LookedUpUser> {
    const user =
      'email' in named ? await store.users.findByEmail(normalizeEmail(named.email)) : ((await store.users.findMany([named.userId]))[0] ?? null);
    // A digest: what strangers type here must not make the database a list of addresses.
    const nobody = keyring.digest('subject', 'email' in named ? `email:${normalizeEmail(named.email)}` : `id:${named.userId}`);
    return { subject: user?.id ?? nobody, reachable: user?.verified && !user.locked ? user : null };
  },
});
