import type { Caller } from '../../domain/access/actor.ts';
import type { LoginPurpose, TokenPurpose } from '../../domain/account/user-token.ts';
import { hasEnded, tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Guesses } from '../limits/guesses.ts';

/** What a link can be for. */
export type LinkPurpose = Exclude<TokenPurpose, LoginPurpose | 'EMAIL_VERIFICATION' | 'EMAIL_CHANGE' | 'MAILBOX_PROOF'>;

/** Paths of the pages of the application that links lead to. The pages send user and token to the API. */
const pages: Readonly<Record<LinkPurpose, string>> = {
  ACTIVATION: 'activate',
  PASSWORD_RESET: 'reset-password',
  INVITATION: 'invitation/accept',
  UNLOCK: 'unlock',
};

/** Whom a link is for, and for an invitation to which tenant. */
export interface LinkTo {
  subject: string;
  userId: string | null;
  tenantId?: string | null;
}

/** A link that was just made, and its token. */
export interface IssuedLink {
  link: string;
  token: string;
  expiresAt: Date;
  lifetimeSeconds: number;
}

/** A link that came back and is known, not expired, and made for this user. */
export interface PresentedLink {
  /** Whose link it is. */
  userId: string;
  /** The tenant that an invitation is to. Null for any other link. */
  tenantId: string | null;
  /**
   * Spends the link and returns the user as of now. It succeeds once, whatever calls run in parallel. A locked account leaves the
   * link unspent, unless it is the one that unlocks. Runs in the caller's transaction. Errors: `ACCOUNT_LOCKED`, `INVALID_TOKEN`.
   */
  spend(): Promise<User>;
}

interface Needs {
  store: Pick<Store, 'users' | 'userTokens'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  guesses: Pick<Guesses, 'limited'>;
  /** Links are built from this URL alone, because any client can send any `Host`. */
  linkUrl: string;
}

/** The service that `createEmailLinks` creates. */
export type EmailLinks = ReturnType<typeof createEmailLinks>;

/**
 * Creates the service that makes and checks links to a user's mailbox. Each is valid once, and only until the next one of its
 * purpose is made.
 */
export function createEmailLinks({ store, clock, random, keyring, guesses, linkUrl }: Needs) {
  /** Does what `present` does. Without a user the token alone says whose link it is, and an unknown one is nobody's. */
  const presentAs = async (
    { origin }: Caller,
    purpose: LinkPurpose,
    { userId: named, token }: { userId: string | null; token: string },
  ): Promise<PresentedLink> => {
    const kept = await store.userTokens.find(purpose, keyring.hashToken(token));
    const userId = named ?? kept?.userId ?? '';
    const refusal = (code: 'ACCOUNT_LOCKED' | 'INVALID_TOKEN') => new DomainError(code).about({ userId: kept?.userId ?? null });
    const known = await guesses.limited({ purpose, account: userId, origin, wrongBy: 'INVALID_TOKEN' }, async () => {
      if (kept === null || kept.userId !== userId || hasEnded(kept, clock.now())) throw refusal('INVALID_TOKEN');
      return kept;
    });
    return {
      userId,
      tenantId: known.tenantId,
      async spend() {
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) throw refusal('INVALID_TOKEN');
        if (user.locked && purpose !== 'UNLOCK') throw refusal('ACCOUNT_LOCKED');
        if (!(await store.userTokens.spend(known.id, clock.now()))) throw refusal('INVALID_TOKEN');
        return user;
      },
    };
  };

  return {
    /** Makes a link. Without a user a row is stored all the same, so that the time reveals nothing. Runs in the caller's transaction. */
    async issue(purpose: LinkPurpose, { subject, userId, tenantId = null }: LinkTo): Promise<IssuedLink> {
      const now = clock.now();
      const token = random.token();
      const lifetimeSeconds = tokenLifetimeSeconds[purpose];
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      const kept = { id: random.uuid(), purpose, subject, userId, tenantId, tokenHash: keyring.hashToken(token), codeDigest: null, attempts: 0 };
      await store.userTokens.replace({ ...kept, createdAt: now, expiresAt });
      const link = `${linkUrl}/${pages[purpose]}?${new URLSearchParams({ userId: userId ?? '', token })}`;
      return { link, token, expiresAt, lifetimeSeconds };
    },

    /**
     * Returns a link that came back, without spending it. Errors: `INVALID_TOKEN`, whose event names the user that the link was
     * made for, and `RATE_LIMITED` after several wrong ones.
     */
    present: (caller: Caller, purpose: Exclude<LinkPurpose, 'UNLOCK'>, link: { userId: string; token: string }): Promise<PresentedLink> =>
      presentAs(caller, purpose, link),

    /**
     * Does the same for a link that unlocks, whose body has no user. Unknown tokens are counted for the network alone, and known ones
     * for their user, so that strangers who send wrong ones do not make the owner of a right one wait.
     */
    presentUnlock: (caller: Caller, { token }: { token: string }): Promise<PresentedLink> => presentAs(caller, 'UNLOCK', { userId: null, token }),
  };
}
