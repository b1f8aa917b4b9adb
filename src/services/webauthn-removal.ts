import type { Actor, Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { codeOwner } from '../domain/code/one-time-code.ts';
import { DomainError, fail, InvalidCode, InvalidInput } from '../domain/errors.ts';
import { webAuthnStrategies } from '../domain/strategy.ts';
import type { User } from '../domain/user/user.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { FactorRemoval, RemovalProof } from './factor-removal.ts';
import { theFactor } from './factor-removal.ts';
import type { Freshness } from './freshness.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import type { Users } from './users.ts';
import type { BegunCeremony, CeremonyAnswer, WebAuthnCeremonies } from './webauthn-ceremonies.ts';
import { webAuthnFactor } from './webauthn-ceremonies.ts';

interface Needs {
  users: Users;
  removal: FactorRemoval;
  ceremonies: WebAuthnCeremonies;
  attempts: Attempts;
  freshness: Freshness;
  audit: Audit;
}

/** Which authenticator of whom. */
export interface WebAuthnOfUser {
  userId: string | null;
  deviceId: string;
  origin: Origin;
}

export type WebAuthnRemoval = ReturnType<typeof createWebAuthnRemoval>;

/** Removing one WebAuthn authenticator: a user proves the last one by itself, an environment token needs no proof. */
export function createWebAuthnRemoval({ users, removal, ceremonies, attempts, freshness, audit }: Needs) {
  const factorOf = (enrolled: readonly Authenticator[], deviceId: string) => webAuthnFactor(enrolled, deviceId) ?? fail('DEVICE_NOT_FOUND');

  /** Charge, check. */
  const proofOf = async (
    { actor, user }: Subject,
    enrolled: readonly Authenticator[],
    { deviceId, origin }: WebAuthnOfUser,
    { webauthnToken, credential }: CeremonyAnswer,
  ): Promise<RemovalProof> => {
    const factor = factorOf(enrolled, deviceId);
    const { strategy } = factor;
    const answer = ceremonies.readAnswer(strategy, credential);
    const about = { actor, userId: user.id, tenantId: actor.tenantId };
    const attemptsRemaining = await attempts.chargeFactor(about, strategy, origin);
    const proof = await ceremonies.prove(factor, codeOwner.removal(user.id, deviceId), webauthnToken, answer);
    if (typeof proof !== 'string') return { ...proof, strategy };
    const code = proof === 'EXPIRED' ? 'CODE_EXPIRED' : 'INVALID_CODE';
    await audit('MFA_FAILED', origin, { ...about, strategy, reason: code });
    throw code === 'INVALID_CODE' ? new InvalidCode(attemptsRemaining) : new DomainError(code);
  };

  return {
    /** Options to prove the authenticator by before it goes. Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`, `LAST_FACTOR_ENFORCED`. */
    async begin(asking: Actor, { userId, deviceId, origin }: WebAuthnOfUser): Promise<BegunCeremony> {
      const subject = await subjectOf(users, asking, userId);
      const { user } = subject;
      return removal.recorded(subject, origin, async () => {
        const { enrolled } = await removal.chosenOf(subject, theFactor(deviceId, webAuthnStrategies));
        return ceremonies.beginProof({ owner: codeOwner.removal(user.id, deviceId), user }, factorOf(enrolled, deviceId));
      });
    },

    /**
     * Removes it. A proof given is checked; without one a user may remove any authenticator but the last, as long as the
     * session is fresh where that is asked for. Errors: as `begin`, and `INVALID_INPUT` where the proof is missing,
     * `STEP_UP_REQUIRED`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`.
     */
    async complete(asking: Actor, device: WebAuthnOfUser & { proof: CeremonyAnswer | null }): Promise<User> {
      const { userId, deviceId, proof, origin } = device;
      const subject = await subjectOf(users, asking, userId);
      const choose = theFactor(deviceId, webAuthnStrategies);
      if (subject.actor.kind === 'ENVIRONMENT') return removal.recorded(subject, origin, () => removal.remove(subject, choose, null, origin));
      if (proof === null) await freshness.requireFreshSecondFactor(subject.actor, origin);
      return removal.recorded(subject, origin, async () => {
        const { enrolled } = await removal.chosenOf(subject, choose);
        if (proof !== null) return removal.remove(subject, choose, await proofOf(subject, enrolled, device, proof), origin);
        // Chosen once more when it is removed: another removal at this moment may make it the last.
        const chooseUnlessLast = (factors: readonly Authenticator[]): Authenticator[] => {
          const chosen = choose(factors);
          if (chosen.length < factors.length) return chosen;
          const issue = (field: string, message: string) => ({ path: [field], message: `${field} ${message}` });
          throw new InvalidInput([issue('webauthnToken', 'should not be empty'), issue('options', 'must be an object')]);
        };
        return removal.remove(subject, chooseUnlessLast, null, origin);
      });
    },
  };
}
