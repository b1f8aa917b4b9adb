import type { Page, PageRequest } from '../page.ts';
import type { FirstFactor } from './first-factor.ts';

/** A completed login. Its refresh tokens are replaced at every refresh; ending the session ends all of them. */
export interface Session {
  id: string;
  userId: string;
  tenantId: string;
  firstFactor: FirstFactor;
  /** RFC 8176 values of the methods that were proven, including `rba` for a remembered device. */
  amr: string[];
  /** When a second factor was last proven. Null if none was. */
  secondFactorAt: Date | null;
  /** When the session last proved that its user reads the mailbox of the primary address. Null if it never did, or the address has changed since. */
  mailboxProvenAt: Date | null;
  createdAt: Date;
  /** Latest end of the session; refreshing does not extend it. */
  expiresAt: Date;
  /**
   * What the browser that signed in said it is, as `keptUserAgent` cuts it.
   * Null if it said nothing, or if an earlier release has opened the session.
   */
  userAgent: string | null;
  /** The client address that signed in. Null if an earlier release has opened the session. */
  address: string | null;
}

/**
 * Returns when the session last satisfied MFA, or null. An e-mail code counts as a second factor but does not satisfy MFA
 * (NIST 800-63B-4 §3.1.3.1).
 */
export const mfaProvenAt = ({ amr, secondFactorAt }: Session): Date | null => (amr.includes('mfa') ? secondFactorAt : null);

/** The `acr` of a token that states a second factor. It is the only value that Frontegg's clients compare with. */
export const multiFactorAcr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** A refresh token of a session. Its hash is stored, and for `refreshGraceSeconds` the sealed token as well. */
export interface RefreshToken {
  tokenHash: string;
  sessionId: string;
  /** The chain that the token belongs to. Null for the one that the session has from its beginning. */
  chainId: string | null;
  /** Whether the chain is that of an application, which keeps its tokens itself. The others are those of cookies. */
  forApplication: boolean;
  createdAt: Date;
  /** When a newer token replaced it. Null if none did. */
  supersededAt: Date | null;
  /**
   * The token itself, sealed and bound to its row, so that every call that brings its predecessor within the grace gets the same
   * token. Null once the grace is over or the token was replaced, and for the first token of a session.
   */
  sealed: Uint8Array | null;
}

/**
 * A line of refresh tokens in which each one replaces the one before it. The cookie of a session follows one chain, and each application
 * that was given a token of its own follows another, so that tabs and applications of one session can refresh without each other. So does
 * the cookie of an application that reaches this server by an address of its own.
 */
export type RefreshChain = Pick<RefreshToken, 'sessionId' | 'chainId' | 'forApplication'>;

/** A refresh token with its session. */
export interface FoundRefreshToken {
  token: RefreshToken;
  /** Null if `find` would not return the session. */
  session: Session | null;
  /** The tenant that the session is to enter, or null. */
  requestedTenantId: string | null;
}

/**
 * Seconds in which a replaced refresh token may still be used without being taken for a stolen one, because browser tabs refresh in parallel.
 * Whoever brings one gets the token that replaced it, so that a chain never has two valid refresh tokens.
 */
export const refreshGraceSeconds = 10;

/** Most chains of a session beside its first. Each load of a page may begin one, so the one that was used longest ago gives way. */
export const mostChains = 100;

/** A living session, with when it was last used. */
export interface UsedSession extends Session {
  /** When the newest of its refresh tokens was made, whichever chain it is of: an application asks for one as long as somebody uses it. */
  lastUsedAt: Date;
}

/**
 * How recently a second factor, or the mailbox of a user who still has time to enroll, must have been proven for a sensitive operation, in
 * seconds.
 */
export const recentFactorSeconds = 300;

/** Stores sessions and their refresh tokens. */
export interface SessionRepository {
  /** Adds a session and its first refresh token. */
  add(session: Session, refreshTokenHash: string): Promise<void>;
  /** Returns the session if it has neither ended nor expired, and was not opened in the future by a clock that ran ahead. */
  find(id: string, now: Date): Promise<Session | null>;
  /** Returns the refresh token with its session, or null. */
  findRefreshToken(tokenHash: string, now: Date): Promise<FoundRefreshToken | null>;
  /** Returns the newest refresh token of the chain that was not replaced, or null. */
  findCurrentToken(chain: Pick<RefreshToken, 'sessionId' | 'chainId'>): Promise<RefreshToken | null>;
  /** Marks a refresh token as replaced and forgets its sealed copy. False if it was replaced before. */
  supersede(tokenHash: string, now: Date): Promise<boolean>;
  addRefreshToken(token: RefreshToken): Promise<void>;
  /** Forgets every refresh token of a chain other than the first of a session. The session stays. */
  endChain(chainId: string): Promise<void>;
  /** Returns the chains of the session beyond the `kept` ones that were used last, the first chain left aside. */
  chainsBeyond(sessionId: string, kept: number): Promise<string[]>;
  /** Forgets the sealed copies of refresh tokens that were not created between the two times. */
  forgetSealed(createdFrom: Date, now: Date): Promise<void>;
  /** Records that a second factor was proven in the session. Null if `find` would not return the session. */
  stepUp(id: string, amr: string[], now: Date): Promise<Session | null>;
  /** Records that the mailbox of the user was proven in the session. False if `find` would not return the session. */
  proveMailbox(id: string, now: Date): Promise<boolean>;
  /** Forgets that sessions of the user proved the mailbox, because the user has another one. */
  forgetMailboxProofs(userId: string): Promise<void>;
  /** Sets the tenant of the session and its end, and clears the requested tenant. */
  switchTenant(id: string, tenantId: string, expiresAt: Date): Promise<void>;
  /** Records the tenant to switch to at the next refresh, because only a refresh can ask for a second factor. */
  requestTenant(id: string, tenantId: string): Promise<void>;
  /** Ends the session. False if it had ended before. */
  end(id: string, now: Date): Promise<boolean>;
  /** Returns a page of those sessions of the user that `find` would return, newest first. */
  listOf(userId: string, now: Date, page: PageRequest): Promise<Page<UsedSession>>;
  /** Returns those of the ids that are sessions of the user and that `find` would return. */
  findManyOf(userId: string, ids: readonly string[], now: Date): Promise<UsedSession[]>;
  /** Returns those of the ids that `find` would return, whosever they are. */
  findMany(ids: readonly string[], now: Date): Promise<UsedSession[]>;
  /** Returns how many sessions of the user `find` would return. */
  countOf(userId: string, now: Date): Promise<number>;
  /** Ends every session of the user but one. Returns how many had not ended before. */
  endAllBut(keptId: string, userId: string, now: Date): Promise<number>;
  /**
   * Ends the oldest sessions of the user in the tenant beyond as many as the policies that are in force there allow, but never the kept one.
   * Returns how many it ended.
   */
  endSurplusOf(kept: Pick<Session, 'id' | 'userId' | 'tenantId'>, now: Date): Promise<number>;
  /**
   * Ends for good what the policies have ended in the tenant of the owner, or with null in all tenants: sessions that are idle for too long,
   * and the oldest beyond the number that a user may have. Others get no later an end than the absolute limits allow.
   */
  applyLimits(owner: string | null, now: Date): Promise<void>;
  /** Ends every session of the user. */
  endAllOf(userId: string, now: Date): Promise<void>;
  /** Ends all of them in the tenant: those of one user, or with null those of everybody. */
  endAllIn(tenantId: string, userId: string | null, now: Date): Promise<void>;
}
