import type { User } from '../../domain/directory/user.ts';
import { normalizeEmail } from '../../domain/directory/user.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** How somebody who is not logged in names a user. */
export type UserName = { email: string } | { userId: string };

export interface LookedUpUser {
  /** Whom budgets count: the user however spelled, or the very text where it names nobody. */
  subject: string;
  /** The user, if messages may go to its address. */
  reachable: User | null;
}

export type Subjects = ReturnType<typeof createSubjects>;

/** Finds whom a stranger means, so that the answer for nobody costs and counts the same. */
export const createSubjects = ({ store, keyring }: { store: Pick<Store, 'users'>; keyring: Keyring }) => ({
  async find(named: UserName): Promise<LookedUpUser> {
    const user =
      'email' in named ? await store.users.findByEmail(normalizeEmail(named.email)) : ((await store.users.findMany([named.userId]))[0] ?? null);
    // A digest: what strangers type here must not make the database a list of addresses.
    const nobody = keyring.digest('subject', 'email' in named ? `email:${normalizeEmail(named.email)}` : `id:${named.userId}`);
    return { subject: user?.id ?? nobody, reachable: user?.verified && !user.locked ? user : null };
  },
});
