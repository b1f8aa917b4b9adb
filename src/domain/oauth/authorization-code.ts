import type { MfaProof } from '../access/actor.ts';

/** How many seconds an application has to exchange a code. */
export const codeLifetimeSeconds = 60;

/** A code that an application exchanges for tokens, once (RFC 6749 §4.1.2). Only its hash is stored. */
export interface AuthorizationCode {
  id: string;
  codeHash: string;
  userId: string;
  /** The tenant that the session was in. */
  tenantId: string;
  sessionId: string;
  clientId: string;
  redirectUri: string;
  codeChallenge: string | null;
  nonce: string | null;
  scope: string;
  /** The second factor that the tokens state. Null if none was proven for this request. */
  proof: MfaProof | null;
  /** When the person last signed in, for an application that asked for the age of the login. Null for any other. */
  signedInAt: Date | null;
  createdAt: Date;
  expiresAt: Date;
  /** When it was exchanged or ended. Null before. */
  spentAt: Date | null;
  /** The chains of refresh tokens that began with it: that of the application, and that of its cookie if it got one. */
  chainIds: string[];
}

/** Stores authorization codes. */
export interface AuthorizationCodeRepository {
  add(code: AuthorizationCode): Promise<void>;
  /** Returns the code, also one that was spent or has expired. */
  find(codeHash: string): Promise<AuthorizationCode | null>;
  /** Spends the code. False if it was spent before or has expired. */
  spend(codeHash: string, now: Date): Promise<boolean>;
  /** Records the chains that began with the code, so that they can end if the code comes back. */
  keepChains(codeHash: string, chainIds: string[]): Promise<void>;
  /** Ends every code of the user. */
  endAllOf(userId: string, now: Date): Promise<void>;
  /** Ends all of them in the tenant: those of one user, or with null those of everybody. */
  endAllIn(tenantId: string, userId: string | null, now: Date): Promise<void>;
}
