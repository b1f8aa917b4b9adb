import type { TokenPurpose } from '../../domain/account/user-token.ts';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

export type LinkPurpose = Exclude<TokenPurpose, 'LOGIN_CODE'>;

/** Pages of the application the links lead to; they bring user and token back by the API. */
const pages: Readonly<Record<LinkPurpose, string>> = { ACTIVATION: 'activate', PASSWORD_RESET: 'reset-password' };

export interface IssuedLink {
  link: string;
  token: string;
  expiresAt: Date;
  lifetimeSeconds: number;
}

/** A link that was brought back. */
export interface PresentedLink {
  /** Whom it was made for, for the audit trail; null where it is unknown. */
  madeFor: string | null;
  /** False for an unknown link, an expired one, and that of another user. */
  good: boolean;
  /**
   * Part of the caller's transaction. Spends the link, once whoever asks, and answers the user as of now, or why it cannot:
   * a lock leaves it as it is.
   */
  spend(): Promise<User | 'ACCOUNT_LOCKED' | 'INVALID_TOKEN'>;
}

interface Needs {
  store: Pick<Store, 'users' | 'userTokens'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  /** Links are built from it alone: a request's `Host` is whatever its sender likes. */
  publicUrl: string;
}

export type UserLinks = ReturnType<typeof createUserLinks>;

/** Links to a user's mailbox, each good once and only until the next one of its purpose. */
export function createUserLinks({ store, clock, random, keyring, publicUrl }: Needs) {
  return {
    /** Part of the caller's transaction. Without a user a row is kept all the same: nobody learns by the time it takes. */
    async issue(purpose: LinkPurpose, { subject, userId }: { subject: string; userId: string | null }): Promise<IssuedLink> {
      const now = clock.now();
      const token = random.token();
      const lifetimeSeconds = tokenLifetimeSeconds[purpose];
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      const kept = { id: random.uuid(), purpose, subject, userId, tokenHash: keyring.hashToken(token), codeDigest: null, attempts: 0 };
      await store.userTokens.replace({ ...kept, createdAt: now, expiresAt });
      const link = `${publicUrl}/account/${pages[purpose]}?${new URLSearchParams({ userId: userId ?? '', token })}`;
      return { link, token, expiresAt, lifetimeSeconds };
    },

    /** Looks at a link without spending it. */
    async present(purpose: LinkPurpose, { userId, token }: { userId: string; token: string }): Promise<PresentedLink> {
      const kept = await store.userTokens.find(purpose, keyring.hashToken(token));
      return {
        madeFor: kept?.userId ?? null,
        good: kept !== null && kept.userId === userId && kept.expiresAt > clock.now(),
        async spend() {
          const { id } = kept ?? fail('INTERNAL', 'a link that is not good was spent');
          const [user] = await store.users.findMany([userId]);
          if (user === undefined) return 'INVALID_TOKEN';
          if (user.locked) return 'ACCOUNT_LOCKED';
          return (await store.userTokens.spend(id, clock.now())) ? user : 'INVALID_TOKEN';
        },
      };
    },
  };
}
