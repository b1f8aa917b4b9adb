import type { Caller } from '../../domain/access/actor.ts';
import { normalizeEmail } from '../../domain/directory/user.ts';
import { AttemptsExhausted, fail, withEventFields } from '../../domain/errors.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { RecoveryCode } from '../../domain/recovery/recovery-code.ts';
import { normalizeRecoveryCode, recoveryCodePurpose, recoveryCodesPerSet } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

export interface Recover {
  email: string;
  recoveryCode: string;
}

interface Needs {
  store: Pick<Store, 'slidingWindows' | 'recoveryCodes' | 'users' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  attempts: Attempts;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

export type Recovery = ReturnType<typeof createRecovery>;

/** Errors of each use case. */
export const recoveryErrors = { recover: ['ATTEMPTS_EXHAUSTED', 'INVALID_RECOVERY_CODE'] } as const;

/** Owner of the codes nobody has: what is looked up for an address nobody has. */
const nobodysId = '00000000-0000-0000-0000-000000000000';

/** Gets rid of a lost factor. Never a login: the next one starts with the password and goes on as the policy says. */
export function createRecovery({ store, clock, keyring, attempts, revoke, notices, audit }: Needs) {
  /** Finds the code that was given. Compares with as many digests for a user without codes, and for nobody, as for one with a whole set. */
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
     * Spends a recovery code and takes all factors, codes, devices and sessions of the user with it. Tries are counted for the
     * address given, known or not; an unknown address and a wrong code are refused alike, after equal work.
     */
    async recover(caller: Caller, { email, recoveryCode }: Recover): Promise<void> {
      const normalized = normalizeEmail(email);
      // A digest: an address typed here may be nobody's business, and a key is in the database for long.
      const key = `recover:${keyring.digest('recovery-budget', normalized)}`;
      const charged = await store.slidingWindows.charge(key, clock.now(), 'NO_CAP');
      const user = await store.users.findByEmail(normalized);
      await withEventFields({ userId: user?.id ?? null }, async () => {
        if (!charged.allowed) throw new AttemptsExhausted(charged.freeAt, clock.now());
        const codes = await store.recoveryCodes.ofUser(user?.id ?? nobodysId);
        const code = matching(codes, normalizeRecoveryCode(recoveryCode));
        if (user === null || user.locked || code === null) fail('INVALID_RECOVERY_CODE');
        await store.transact(async () => {
          // First of all guards: of several racers exactly one gets the row.
          if (!(await store.recoveryCodes.spend(code.id))) fail('INVALID_RECOVERY_CODE');
          const [current] = await store.users.findMany([user.id]);
          if (current === undefined || current.locked) fail('INVALID_RECOVERY_CODE');
          await revoke('RECOVERY_USED', user.id);
          // A factor that was guessed at until it shut is gone; the next one starts afresh.
          await attempts.resetEveryFactor(user.id);
          await store.slidingWindows.reset(key);
          await audit('RECOVERY_USED', caller, { userId: user.id });
          await notices.notify(user.id, 'RECOVERY_USED');
        });
      });
      notices.wake();
    },
  });
}
