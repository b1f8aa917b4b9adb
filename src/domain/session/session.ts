import type { FirstFactor } from './first-factor.ts';

/** A login that was completed. Refresh tokens belong to it and rotate; ending it ends them all. */
export interface Session {
  id: string;
  userId: string;
  tenantId: string;
  firstFactor: FirstFactor;
  /** RFC 8176 methods proven, remembered device (`rba`) included. */
  amr: string[];
  /** When a second factor was proven; null when none was. */
  secondFactorAt: Date | null;
  createdAt: Date;
  /** Absolute end. */
  expiresAt: Date;
}

/** When the session was last raised to multi-factor. An e-mail code is a second factor and yet does not raise it (NIST 800-63B-4 §3.1.3.1). */
export const mfaProvenAt = ({ amr, secondFactorAt }: Session): Date | null => (amr.includes('mfa') ? secondFactorAt : null);

export interface RefreshToken {
  tokenHash: string;
  sessionId: string;
  createdAt: Date;
  /** When a newer one was handed out in its place. */
  supersededAt: Date | null;
}

/** Parallel tabs may present a superseded token this long without ending the session. */
export const refreshGraceSeconds = 10;

export interface SessionRepository {
  add(session: Session, refreshTokenHash: string): Promise<void>;
  /** Only a living one: not ended, not past its end. */
  find(id: string, now: Date): Promise<Session | null>;
  findRefreshToken(tokenHash: string): Promise<RefreshToken | null>;
  /** Supersedes a current refresh token; false when that happened before. */
  supersede(tokenHash: string, now: Date): Promise<boolean>;
  /** Supersedes every current refresh token of the session made until `createdUntil`. */
  supersedeAllOf(sessionId: string, createdUntil: Date, now: Date): Promise<void>;
  addRefreshToken(token: RefreshToken): Promise<void>;
  /** Records a second factor proven in a living session; null when the session has ended. */
  stepUp(id: string, amr: string[], now: Date): Promise<Session | null>;
  /** Enters the tenant; a request for one is done with. */
  switchTenant(id: string, tenantId: string): Promise<void>;
  /** Keeps the tenant to enter at the next refresh: only there the second factor can be asked for. */
  requestTenant(id: string, tenantId: string): Promise<void>;
  requestedTenant(id: string): Promise<string | null>;
  /** False when the session had ended before. */
  end(id: string, now: Date): Promise<boolean>;
  endAllOf(userId: string, now: Date): Promise<void>;
  purge(before: Date): Promise<void>;
}
