import type { TokenPurpose, UserToken } from '../../domain/account/user-token.ts';
import { attemptsPerToken, hasEnded, newToken } from '../../domain/account/user-token.ts';
import { codeDigits } from '../../domain/bounds.ts';
import { fail, InvalidCode } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Attempts } from './attempts.ts';

/** For what and for whom a code is made. */
export interface NewTokenCode {
  purpose: TokenPurpose;
  /** Only the newest code of a purpose and subject counts. */
  subject: string;
  /** Null if there is nobody, so that no code is ever right. */
  userId: string | null;
  /** The phone that the code counts for alone. It is a part of the digest, so that the code is wrong for every other one. Null for none. */
  sentTo: string | null;
  lifetimeSeconds: number;
}

/** A code that was made: the digits to send, and the token that refers to them. Both are known here alone. */
export interface MadeTokenCode {
  token: UserToken;
  secret: string;
  code: string;
}

/** A code that was right. */
export interface RightTokenCode {
  /** Whose it is. */
  userId: string;
  /** Checks that are left, for the answer if the code turns out to be of no use. */
  left: number;
  /** Spends the code and clears the charged checks. It succeeds once, whatever calls run in parallel. Runs in the caller's transaction. Errors: `INVALID_CODE`. */
  spend(): Promise<void>;
}

interface Needs {
  store: Pick<Store, 'userTokens'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  attempts: Pick<Attempts, 'takeTokenAttempt' | 'resetTokenAttempts'>;
}

/** Purpose of the digests. It is as old as the codes to log in by, so that one that is on its way during an upgrade stays right. */
const digestPurpose = 'login-code';

/** The service that `createTokenCodes` creates. */
export type TokenCodes = ReturnType<typeof createTokenCodes>;

/**
 * Creates the service that makes and checks codes which are kept with a single-use token. Six digits alone identify nobody, so whoever answers
 * has the token too, or a session that names it. A guess then counts for one code, never for all of them at once.
 */
export function createTokenCodes({ store, clock, random, keyring, attempts }: Needs) {
  const digested = (id: string, sentTo: string | null, code: unknown): string => (sentTo === null ? `${id}:${code}` : `${id}:${sentTo}:${code}`);

  return {
    /** Makes a code and its token. Nothing is stored yet. */
    make({ purpose, subject, userId, sentTo, lifetimeSeconds }: NewTokenCode): MadeTokenCode {
      const [id, secret, code] = [random.uuid(), random.token(), random.digits(codeDigits)];
      const codeDigest = keyring.digest(digestPurpose, digested(id, sentTo, code));
      const made = { id, purpose, subject, userId, tokenHash: keyring.hashToken(secret), codeDigest };
      return { token: newToken(made, clock.now(), lifetimeSeconds), secret, code };
    },

    /** Returns the token of a purpose by its secret. Null if it is unknown or was used. */
    find: (purpose: TokenPurpose, secret: string): Promise<UserToken | null> => store.userTokens.find(purpose, keyring.hashToken(secret)),

    /**
     * Checks a code, and charges the check before it is made. `sentTo` is the phone that it has to have been sent to. A token that belongs to
     * nobody takes the same path, so that the time reveals nothing. Errors: `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`.
     */
    async check(token: UserToken, { answer, sentTo }: { answer: unknown; sentTo: string | null }): Promise<RightTokenCode> {
      const remaining = await attempts.takeTokenAttempt(token);
      const made = await store.userTokens.charge(token.id);
      if (made === null) throw new InvalidCode(0);
      const left = Math.min(remaining, attemptsPerToken - made);
      if (hasEnded(token, clock.now())) fail('CODE_EXPIRED');
      const right = keyring.matches(digestPurpose, digested(token.id, sentTo, answer), token.codeDigest ?? '');
      const { userId } = token;
      if (!right || userId === null) throw new InvalidCode(left);
      return {
        userId,
        left,
        async spend() {
          if (!(await store.userTokens.spend(token.id, clock.now()))) throw new InvalidCode(left);
          await attempts.resetTokenAttempts(token);
        },
      };
    },
  };
}
