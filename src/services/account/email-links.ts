import type { Caller } from '../../domain/access/actor.ts';
import type { TokenPurpose, UserToken } from '../../domain/account/user-token.ts';
import { hasEnded, tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import { codeDigits } from '../../domain/bounds.ts';
import type { User } from '../../domain/directory/user.ts';
import type { StrategyMail } from '../../domain/environment/mail-strategy.ts';
import { DomainError, InvalidCode } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Guesses } from '../limits/guesses.ts';

/** What a link can be for. */
export type LinkPurpose = Extract<TokenPurpose, 'ACTIVATION' | 'PASSWORD_RESET' | 'INVITATION' | 'UNLOCK'>;

/** Paths of the pages of the application that links lead to. The pages send user and token to the API. */
const pages: Readonly<Record<LinkPurpose, string>> = {
  ACTIVATION: 'activate',
  PASSWORD_RESET: 'reset-password',
  INVITATION: 'invitation/accept',
  UNLOCK: 'unlock',
};

/** Purpose of the digests of codes that belong to links. */
const digestPurpose = 'link-code';

/** Whom a link is for, and for an invitation to which tenant. */
export interface LinkTo {
  subject: string;
  userId: string | null;
  tenantId?: string | null;
  /** How many seconds the link works, together with a code. Null or absent makes a link that works without one. */
  codeLifetimeSeconds?: number | null;
}

/** A link that was just made, and its token. */
export interface IssuedLink {
  link: string;
  token: string;
  /** The code that must come back with the token, for the mail alone. Null if the token is enough. */
  code: string | null;
  expiresAt: Date;
  lifetimeSeconds: number;
}

/** What comes back of a link. The code is null where the person has none. */
export interface ReturnedLink {
  userId: string;
  token: string;
  code: string | null;
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
  const isOf = (kept: UserToken | null, userId: string): kept is UserToken => kept !== null && kept.userId === userId && !hasEnded(kept, clock.now());

  /** Returns a link that was found right, for the caller to spend. */
  const presented = (purpose: LinkPurpose, { id, tenantId }: UserToken, userId: string): PresentedLink => {
    const refusal = (code: 'ACCOUNT_LOCKED' | 'INVALID_TOKEN') => new DomainError(code).about({ userId });
    return {
      userId,
      tenantId,
      async spend() {
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) throw refusal('INVALID_TOKEN');
        if (user.locked && purpose !== 'UNLOCK') throw refusal('ACCOUNT_LOCKED');
        if (!(await store.userTokens.spend(id, clock.now()))) throw refusal('INVALID_TOKEN');
        return user;
      },
    };
  };

  /**
   * Returns the link of a token, whether or not it needs a code as well. Without a user the token alone says whose link it is, and an unknown
   * one is nobody's. Errors: `INVALID_TOKEN`, `RATE_LIMITED`.
   */
  const findLink = async ({ origin }: Caller, purpose: LinkPurpose, named: string | null, token: string, needsNoCode: boolean) => {
    const kept = await store.userTokens.find(purpose, keyring.hashToken(token));
    const userId = named ?? kept?.userId ?? '';
    const found = await guesses.limited({ purpose, account: userId, origin, wrongBy: 'INVALID_TOKEN' }, async () => {
      // The token of a mail with a code was answered to whoever signed up. Only the mailbox has the code.
      if (!isOf(kept, userId) || (needsNoCode && kept.codeDigest !== null)) {
        throw new DomainError('INVALID_TOKEN').about({ userId: kept?.userId ?? null });
      }
      return kept;
    });
    return { kept: found, userId };
  };

  /**
   * Returns the link of a token if the code is the one that was mailed with it. A check is charged before it is made. An unknown token and a
   * wrong code are refused alike, because a token may have been invented for an address that somebody has. Errors: `INVALID_CODE`, `RATE_LIMITED`.
   */
  const presentCode = async (
    { origin }: Caller,
    purpose: StrategyMail,
    { userId, token, code }: ReturnedLink & { code: string },
  ): Promise<PresentedLink> => {
    const kept = await store.userTokens.find(purpose, keyring.hashToken(token));
    const found = await guesses.limited({ purpose, account: userId, origin, wrongBy: 'INVALID_CODE' }, async () => {
      const charged = kept === null ? null : await store.userTokens.charge(kept.id);
      const right = keyring.matches(digestPurpose, `${kept?.id ?? ''}:${code.replace(/[\s-]/g, '')}`, kept?.codeDigest ?? '');
      if (!isOf(kept, userId) || charged === null || !right) throw new InvalidCode().about({ userId: kept?.userId ?? null });
      return kept;
    });
    return presented(purpose, found, userId);
  };

  return {
    /** Makes a link. Without a user a row is stored all the same, so that the time reveals nothing. Runs in the caller's transaction. */
    async issue(purpose: LinkPurpose, { subject, userId, tenantId = null, codeLifetimeSeconds = null }: LinkTo): Promise<IssuedLink> {
      const now = clock.now();
      const token = random.token();
      const id = random.uuid();
      const code = codeLifetimeSeconds === null ? null : random.digits(codeDigits);
      const lifetimeSeconds = codeLifetimeSeconds ?? tokenLifetimeSeconds[purpose];
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      const codeDigest = code === null ? null : keyring.digest(digestPurpose, `${id}:${code}`);
      const kept = { id, purpose, subject, userId, tenantId, tokenHash: keyring.hashToken(token), codeDigest, attempts: 0 };
      await store.userTokens.replace({ ...kept, createdAt: now, expiresAt });
      const link = `${linkUrl}/${pages[purpose]}?${new URLSearchParams({ userId: userId ?? '', token })}`;
      return { link, token, code, expiresAt, lifetimeSeconds };
    },

    /**
     * Returns a link that came back, without spending it. Errors: `INVALID_TOKEN`, whose event names the user that the link was
     * made for, and `RATE_LIMITED` after several wrong ones.
     */
    async present(
      caller: Caller,
      purpose: Exclude<LinkPurpose, 'UNLOCK'>,
      { userId, token }: { userId: string; token: string },
    ): Promise<PresentedLink> {
      const { kept } = await findLink(caller, purpose, userId, token, true);
      return presented(purpose, kept, userId);
    },

    /** Does the same for a mail that may have a code. With null the token has to be enough. Errors: those of `present`, and `INVALID_CODE`. */
    presentReturned: async (caller: Caller, purpose: StrategyMail, { userId, token, code }: ReturnedLink): Promise<PresentedLink> => {
      if (code !== null) return presentCode(caller, purpose, { userId, token, code });
      const { kept } = await findLink(caller, purpose, userId, token, true);
      return presented(purpose, kept, userId);
    },

    /** Returns whether a link needs the code that was mailed with it. It spends nothing. Errors: `INVALID_TOKEN`, `RATE_LIMITED`. */
    async needsCode(caller: Caller, purpose: StrategyMail, { userId, token }: { userId: string; token: string }): Promise<boolean> {
      return (await findLink(caller, purpose, userId, token, false)).kept.codeDigest !== null;
    },

    /**
     * Does the same for a link that unlocks, whose body has no user. Unknown tokens are counted for the network alone, and known ones
     * for their user, so that strangers who send wrong ones do not make the owner of a right one wait.
     */
    async presentUnlock(caller: Caller, { token }: { token: string }): Promise<PresentedLink> {
      const { kept, userId } = await findLink(caller, 'UNLOCK', null, token, true);
      return presented('UNLOCK', kept, userId);
    },
  };
}
