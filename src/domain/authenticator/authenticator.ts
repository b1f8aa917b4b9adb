import type { StrategyName } from '../strategy.ts';

/** An enrolled factor of a user. */
export interface Authenticator {
  id: string;
  userId: string;
  strategy: StrategyName;
  name: string;
  sealedCredential: Uint8Array;
  /** Last TOTP time step accepted (RFC 6238 §5.2); 0 where the strategy has none. */
  lastStep: number;
  createdAt: Date;
  lastUsedAt: Date | null;
}

export interface AuthenticatorRepository {
  add(authenticator: Authenticator): Promise<void>;
  /** Oldest first. */
  ofUsers(userIds: readonly string[]): Promise<Authenticator[]>;
  /** Moves the factor to `step`. False: that step or a later one was accepted before (RFC 6238 §5.2). */
  advanceStep(id: string, step: number, now: Date): Promise<boolean>;
  removeAllOf(userId: string): Promise<void>;
}
