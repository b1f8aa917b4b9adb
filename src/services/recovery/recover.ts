import type { Origin } from '../../domain/access/actor.ts';
import { normalizeEmail } from '../../domain/directory/user.ts';
import { AttemptsExhausted, DomainError } from '../../domain/errors.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { RecoveryCode } from '../../domain/recovery/recovery-code.ts';
import { normalizeRecoveryCode, recoveryCodesPerSet } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Factors } from '../authenticator/factors.ts';
import { recoveryCodePurpose } from '../authenticator/factors.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Notifications } from '../messaging/security-notices.ts';

class ProofSpent extends Error {}

export interface Recover {
  email: string;
  recoveryCode: string;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'budgets' | 'recoveryCodes' | 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  attempts: Attempts;
  factors: Factors;
  notifications: Notifications;
  audit: Audit;
}

export type Recovery = ReturnType<typeof createRecovery>;

/** Owner of the codes nobody has: what is looked up for an address nobody has. */
const nobodysId = '00000000-0000-0000-0000-000000000000';

/** Getting rid of a lost factor. Never a login: the next one starts with the password and goes on as the policy says. */
export function createRecovery({ store, clock, keyring, attempts, factors, notifications, audit }: Needs) {
  /** Compares with as many digests for a user without codes, and for nobody, as for one with a whole set. */
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

  const strip = async (userId: string, now: Date): Promise<void> => {
    await factors.removeAll(userId);
    await store.sessions.endAllOf(userId, now);
    // A factor that was guessed at until it shut is gone; the next one starts afresh.
    for (const strategy of strategyNames) await attempts.reset(userId, strategy);
  };

  return {
    /**
     * Spends a recovery code and takes all factors, codes, devices and sessions of the user with it.
     * Errors: `ATTEMPTS_EXHAUSTED`, counted for the address given, known or not; `INVALID_RECOVERY_CODE` for an unknown
     * address and a wrong code alike, after equal work.
     */
    async recover({ email, recoveryCode, origin }: Recover): Promise<void> {
      const normalized = normalizeEmail(email);
      // A digest: an address typed here may be nobody's business, and a key is in the database for long.
      const key = `recover:${keyring.digest('recovery-budget', normalized)}`;
      const charged = await store.budgets.charge(key, clock.now(), 'NO_CAP');
      const user = await store.users.findByEmail(normalized);
      const refuse = async (error: DomainError): Promise<never> => {
        await audit('RECOVERY_FAILED', origin, { userId: user?.id ?? null, reason: error.code });
        throw error;
      };
      if (!charged.allowed) return refuse(new AttemptsExhausted(charged.freeAt, clock.now()));
      const codes = await store.recoveryCodes.ofUser(user?.id ?? nobodysId);
      const code = matching(codes, normalizeRecoveryCode(recoveryCode));
      if (user === null || user.locked || code === null) return refuse(new DomainError('INVALID_RECOVERY_CODE'));
      try {
        await store.transact(async () => {
          // First of all guards: of several racers exactly one gets the row.
          if (!(await store.recoveryCodes.spend(code.id))) throw new ProofSpent();
          const [current] = await store.users.findMany([user.id]);
          if (current === undefined || current.locked) throw new ProofSpent();
          await strip(user.id, clock.now());
          await store.budgets.reset(key);
          await audit('RECOVERY_USED', origin, { userId: user.id });
          await notifications.notify(user.id, 'RECOVERY_USED');
        });
      } catch (error) {
        if (error instanceof ProofSpent) return refuse(new DomainError('INVALID_RECOVERY_CODE'));
        throw error;
      }
      notifications.wake();
    },
  };
}
