import type { Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { fail, InvalidCode } from '../domain/errors.ts';
import type { Clock, Keyring, Random } from '../domain/ports.ts';
import { formatRecoveryCode, normalizeRecoveryCode } from '../domain/recovery/recovery-code.ts';
import type { Store } from '../domain/store.ts';
import type { Advance, EnrollmentShows, PublicAuthenticator, StrategyName } from '../domain/strategy.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { CompletedLogin, LoginCompletion } from './login-completion.ts';
import { ProofSpent } from './login-completion.ts';

export const recoveryCodePurpose = 'recovery-code';

export interface CompleteEnrollment {
  mfaToken: string;
  strategy: StrategyName;
  code: string;
  rememberDevice: boolean;
  origin: Origin;
}

export interface Enrolled {
  authenticator: PublicAuthenticator;
  /** Shown once, at the first factor only. */
  recoveryCode: string;
}

export interface Shown<Name extends keyof EnrollmentShows> {
  show: EnrollmentShows[Name];
  expiresAt: Date;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'enrollments' | 'recoveryCodes'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  registry: StrategyRegistry;
  challenges: Challenges;
  attempts: Attempts;
  complete: LoginCompletion;
  audit: Audit;
}

export type MfaEnrollment = ReturnType<typeof createMfaEnrollment>;

const pendingPlace = (row: string) => ({ table: 'pending_enrollments', row, column: 'sealed' });
export const credentialPlace = (row: string) => ({ table: 'authenticators', row, column: 'sealed_credential' });

/** Enrolling the first factor during a login. */
export function createMfaEnrollment({ store, clock, random, keyring, registry, challenges, attempts, complete, audit }: Needs) {
  /** A password alone must not open a second way in: who has a factor verifies it instead. */
  const openForEnrollment = async (mfaToken: string, name: StrategyName, origin: Origin | null) => {
    const open = await challenges.open(mfaToken);
    // A token that raises a session must not bind a factor to its user, not even one who has lost the others meanwhile.
    if (open.challenge.purpose !== 'LOGIN') {
      const { userId, tenantId } = open.challenge;
      if (origin !== null) await audit('MFA_FAILED', origin, { userId, tenantId, strategy: name, reason: 'WRONG_PURPOSE' });
      fail('CHALLENGE_EXPIRED');
    }
    if (open.enrolled.length > 0) fail('ALREADY_ENROLLED');
    const strategy = strategyOf(registry, name);
    if (!open.offered.includes(name) || strategy.enrollment === null) fail('STRATEGY_INACTIVE');
    return { ...open, strategy, enrollment: strategy.enrollment, owner: `challenge:${open.challenge.id}` };
  };

  return {
    /**
     * What the person needs to set the factor up. Every call for one mfaToken shows the same secret; nothing is enrolled yet.
     * Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`.
     */
    async begin<Name extends keyof EnrollmentShows>({ mfaToken, strategy: name }: { mfaToken: string; strategy: Name }): Promise<Shown<Name>> {
      const { challenge, user, enrollment, owner } = await openForEnrollment(mfaToken, name, null);
      const now = clock.now();
      const settings = await challenges.strategySettings();
      const existing = await store.enrollments.find(owner, name, now);
      if (existing !== null) {
        const kept = keyring.open(existing.sealed, pendingPlace(existing.id));
        return shown(await enrollment.show(kept, user, settings), existing.expiresAt);
      }
      const id = random.uuid();
      const begun = await enrollment.begin(user, settings);
      const pending = {
        id,
        owner,
        userId: user.id,
        strategy: name,
        sealed: keyring.seal(begun.keep, pendingPlace(id)),
        createdAt: now,
        expiresAt: challenge.expiresAt,
      };
      const inForce = await store.enrollments.keep(pending, now);
      if (inForce.id === id) return shown(begun.show, pending.expiresAt);
      // Two tabs began at once: both show the secret of the one that was kept.
      return shown(await enrollment.show(keyring.open(inForce.sealed, pendingPlace(inForce.id)), user, settings), inForce.expiresAt);
    },

    /** Confirms the pending factor and logs in. Errors: as `begin`, and `INVALID_CODE`, `ATTEMPTS_EXHAUSTED`. */
    async complete({ mfaToken, strategy: name, code, rememberDevice, origin }: CompleteEnrollment): Promise<CompletedLogin<Enrolled>> {
      const { challenge, strategy, enrollment, owner } = await openForEnrollment(mfaToken, name, origin);
      const answer = strategy.readAnswer(code);
      const { userId, tenantId } = challenge;
      const attemptsRemaining = await attempts.charge(challenge, name, origin);
      const refuse = async (): Promise<never> => {
        await audit('MFA_FAILED', origin, { userId, tenantId, strategy: name, reason: 'INVALID_CODE' });
        throw new InvalidCode(attemptsRemaining);
      };
      const pending = await store.enrollments.find(owner, name, clock.now());
      if (pending === null) return refuse();
      const verdict = await enrollment.complete(keyring.open(pending.sealed, pendingPlace(pending.id)), answer, clock.now());
      if (!verdict.ok) return refuse();

      const id = random.uuid();
      const recoveryCode = formatRecoveryCode(random.bytes(25));
      const factor: Authenticator = {
        id,
        userId,
        strategy: name,
        name: 'Authenticator app',
        sealedCredential: keyring.seal(verdict.credential, credentialPlace(id)),
        lastStep: stepOf(verdict.advance),
        createdAt: clock.now(),
        lastUsedAt: clock.now(),
      };
      const apply = async (now: Date): Promise<Enrolled> => {
        if (!(await store.enrollments.consume(pending.id))) throw new ProofSpent();
        // Another mfaToken of the same user may have enrolled meanwhile.
        if ((await store.authenticators.ofUsers([userId])).length > 0) fail('ALREADY_ENROLLED');
        await store.authenticators.add(factor);
        await store.recoveryCodes.add({
          id: random.uuid(),
          userId,
          digest: keyring.digest(recoveryCodePurpose, normalizeRecoveryCode(recoveryCode)),
          createdAt: now,
        });
        await audit('FACTOR_ENROLLED', origin, { userId, tenantId, strategy: name });
        return { authenticator: strategy.describe(factor), recoveryCode };
      };
      try {
        return await complete({ challenge, strategy, rememberDevice, origin, apply });
      } catch (error) {
        if (error instanceof ProofSpent) return refuse();
        throw error;
      }
    },
  };
}

/** The registry forgets which strategy shows what; `EnrollmentShows` remembers it by name. */
const shown = <Name extends keyof EnrollmentShows>(show: object, expiresAt: Date): Shown<Name> => ({
  show: show as EnrollmentShows[Name],
  expiresAt,
});

const stepOf = (advance: Advance): number => ('step' in advance ? advance.step : 0);
