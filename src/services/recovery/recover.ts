import type { Caller } from '../../domain/access/actor.ts';
import { nobodysId } from '../../domain/directory/user.ts';
import { AttemptsExhausted, DomainError, fail, withEventFields } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { RecoveryCode } from '../../domain/recovery/recovery-code.ts';
import { readRecoveryCode, recoveryCodePurpose, recoveryCodesPerSet } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import { findByLoginName } from '../directory/user-lookup.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

/** The address of an account and one of its recovery codes. */
export interface Recover {
  email: string;
  recoveryCode: string;
}

interface Needs {
  store: Pick<Store, 'slidingWindows' | 'passkeys' | 'recoveryCodes' | 'users' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  attempts: Attempts;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createRecovery` creates. */
export type Recovery = ReturnType<typeof createRecovery>;

/** Errors of each use case. */
export const recoveryErrors = { recover: ['ATTEMPTS_EXHAUSTED', 'INVALID_RECOVERY_CODE'] } as const;

/**
 * Creates the service that removes a lost factor by a recovery code. It logs nobody in: the next login starts with the password and
 * continues as the policy says.
 */
export function createRecovery({ store, clock, keyring, attempts, revoke, notices, audit }: Needs) {
  /**
   * Returns the code that was given, or null. A user without codes and an unknown user cost as many comparisons as a whole set, so
   * that the time reveals nothing.
   */
  const matching = (codes: readonly RecoveryCode[], given: string): RecoveryCode | null => {
    const decoy = keyring.digest(recoveryCodePurpose, '');
    let found: RecoveryCode | null = null;
    for (let place = 0; place < Math.max(codes.length, recoveryCodesPerSet); place += 1) {
      const code = codes[place];
      const right = keyring.matches(recoveryCodePurpose, given, code?.digest ?? decoy);
      if (right && code !== undefined) found = code;
    }
    return found;
  };

  return useCases(audit, 'RECOVERY_FAILED', recoveryErrors, {
    /**
     * Spends a recovery code and ends all authenticators, passkeys, codes, remembered devices and sessions of the user. Tries are counted for
     * the given address, known or not. An unknown address and a wrong code are refused alike, after equal work.
     */
    async recover(caller: Caller, { email, recoveryCode }: Recover): Promise<void> {
      const given = readRecoveryCode(recoveryCode);
      // A text that cannot be a code costs no attempt. It is refused before any user is looked up, so the answer reveals nothing.
      if (given === null) throw new DomainError('INVALID_RECOVERY_CODE').unrecorded();
      const normalized = normalizeEmail(email);
      // A digest, because the row is kept for long and must not make the database a list of addresses that somebody typed.
      const key = `recover:${keyring.digest('recovery-budget', normalized)}`;
      const charged = await store.slidingWindows.charge(key, clock.now(), 'NO_CAP');
      const user = await findByLoginName(store, email);
      await withEventFields({ userId: user?.id ?? null }, async () => {
        if (!charged.allowed) throw new AttemptsExhausted(charged.freeAt, clock.now());
        const codes = await store.recoveryCodes.ofUser(user?.id ?? nobodysId);
        const code = matching(codes, given);
        if (user === null || user.locked || code === null) fail('INVALID_RECOVERY_CODE');
        await store.transact({ user: user.id }, async () => {
          // This guard comes first, so that exactly one of several parallel calls gets the row.
          if (!(await store.recoveryCodes.spend(code))) fail('INVALID_RECOVERY_CODE');
          const [current] = await store.users.findMany([user.id]);
          if (current === undefined || current.locked) fail('INVALID_RECOVERY_CODE');
          const passkeys = await store.passkeys.ofUsers([user.id]);
          await revoke('RECOVERY_USED', user.id);
          for (const { id } of passkeys) await audit('PASSKEY_REMOVED', caller, { userId: user.id, reason: id });
          // An authenticator that was locked by wrong codes is gone, and the next one must not be locked by them.
          await attempts.resetEveryFactor(user.id);
          await store.slidingWindows.reset(key);
          await audit('RECOVERY_USED', caller, { userId: user.id });
          await notices.notify(caller, user.id, 'RECOVERY_USED');
        });
      });
      notices.wake();
    },
  });
}
