import type { TokenPurpose } from '../../domain/account/user-token.ts';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

export type LinkPurpose = Exclude<TokenPurpose, 'LOGIN_CODE'>;

/** The pages of the application that links lead to; they bring user and token back by the API. */
const pages: Readonly<Record<LinkPurpose, string>> = { ACTIVATION: 'activate', PASSWORD_RESET: 'reset-password' };

export interface IssuedLink {
  link: string;
  token: string;
  expiresAt: Date;
  lifetimeSeconds: number;
}

/** A link that was brought back, and is neither unknown nor expired nor that of another user. */
export interface PresentedLink {
  /**
   * Part of the caller's transaction. Spends the link, once whoever asks, and answers the user as of now. A lock leaves the link
   * as it is. Errors: `ACCOUNT_LOCKED`, `INVALID_TOKEN`.
   */
  spend(): Promise<User>;
}

interface Needs {
  store: Pick<Store, 'users' | 'userTokens'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  /** Links are built from it alone: a request's `Host` is whatever its sender likes. */
  publicUrl: string;
}

export type EmailLinks = ReturnType<typeof createEmailLinks>;

/** Makes and takes links to a user's mailbox, each good once and only until the next one of its purpose. */
export function createEmailLinks({ store, clock, random, keyring, publicUrl }: Needs) {
  return {
    /** Part of the caller's transaction. Makes a link. Without a user a row is kept all the same: nobody learns by the time it takes. */
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

    /** Looks at a link without spending it. Errors: `INVALID_TOKEN`; its event names the user the link was made for. */
    async present(purpose: LinkPurpose, { userId, token }: { userId: string; token: string }): Promise<PresentedLink> {
      const kept = await store.userTokens.find(purpose, keyring.hashToken(token));
      const refusal = (code: 'ACCOUNT_LOCKED' | 'INVALID_TOKEN') => new DomainError(code).about({ userId: kept?.userId ?? null });
      if (kept === null || kept.userId !== userId || kept.expiresAt <= clock.now()) throw refusal('INVALID_TOKEN');
      return {
        async spend() {
          const [user] = await store.users.findMany([userId]);
          if (user === undefined) throw refusal('INVALID_TOKEN');
          if (user.locked) throw refusal('ACCOUNT_LOCKED');
          if (!(await store.userTokens.spend(kept.id, clock.now()))) throw refusal('INVALID_TOKEN');
          return user;
        },
      };
    },
  };
}
