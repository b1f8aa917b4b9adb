import type { Actor, Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { codeOwner } from '../domain/code/one-time-code.ts';
import { DomainError, fail, InvalidCode, InvalidInput } from '../domain/errors.ts';
import type { Clock, Keyring } from '../domain/ports.ts';
import type { User } from '../domain/user/user.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-gate.ts';
import type { Choose, FactorRemoval, RemovalProof } from './factor-removal.ts';
import { theFactor } from './factor-removal.ts';
import type { Enrolled } from './factors.ts';
import { credentialPlace } from './factors.ts';
import type { Freshness } from './freshness.ts';
import type { OneTimeCodes } from './one-time-codes.ts';
import type { SentSmsCode, SmsCodes } from './sms-codes.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import type { Users } from './users.ts';

/** Which phone, of whom; `userId` is for an environment token. */
interface Phone {
  userId: string | null;
  deviceId: string;
  origin: Origin;
}

/** A code from a text message with the token it was sent under. */
export interface SmsProof {
  otcToken: string;
  code: string;
}

interface Needs {
  clock: Clock;
  keyring: Keyring;
  registry: StrategyRegistry;
  users: Users;
  challenges: Challenges;
  gate: EnrollmentGate;
  confirm: Confirming;
  removal: FactorRemoval;
  freshness: Freshness;
  attempts: Attempts;
  codes: OneTimeCodes;
  smsCodes: SmsCodes;
  audit: Audit;
}

export type SmsSelfService = ReturnType<typeof createSmsSelfService>;

/** Adding and removing phones outside of a login: by the user, or by an environment token for a user it names. */
export function createSmsSelfService(needs: Needs) {
  const { clock, keyring, registry, users, challenges, gate, confirm, removal, freshness, attempts, codes, smsCodes, audit } = needs;
  const strategy = strategyOf(registry, 'SMS');
  const { enrollment, challenge } = strategy;
  if (enrollment === null || challenge === null) throw new Error('a phone is enrolled and challenged by codes');
  const credentialOf = (phone: Authenticator): Uint8Array => keyring.open(phone.sealedCredential, credentialPlace(phone.id));
  const phoneOf = (deviceId: string): Choose => theFactor(deviceId, ['SMS']);

  /** Charge, check: the code has to be the one sent to this phone for its removal. */
  const prove = async ({ actor, user }: Subject, phone: Authenticator, { otcToken, code }: SmsProof, origin: Origin): Promise<RemovalProof> => {
    const answer = strategy.readAnswer(code);
    const about = { actor, userId: user.id, tenantId: actor.tenantId };
    const attemptsRemaining = await attempts.chargeFactor(about, 'SMS', origin);
    const found = await codes.find(otcToken, codeOwner.removal(user.id, phone.id), 'SMS');
    const isRight =
      typeof found !== 'string' && (await strategy.verify({ credential: credentialOf(phone), begun: found.begun }, answer, clock.now())).ok;
    if (typeof found !== 'string' && isRight) return { strategy: 'SMS', spend: () => codes.spend(found.id) };
    const reason = found === 'EXPIRED' ? 'CODE_EXPIRED' : 'INVALID_CODE';
    await audit('MFA_FAILED', origin, { ...about, strategy: 'SMS', reason });
    throw reason === 'CODE_EXPIRED' ? new DomainError(reason) : new InvalidCode(attemptsRemaining);
  };

  /** Asked again inside the transaction: of two phones removed at once without a code the second is the last. */
  const unlessLast =
    (deviceId: string): Choose =>
    (enrolled) => {
      const chosen = phoneOf(deviceId)(enrolled);
      if (chosen.length < enrolled.length) return chosen;
      throw new InvalidInput(['otcToken', 'code'].map((field) => ({ path: [field], message: `${field} should not be empty` })));
    };

  return {
    /**
     * Sends a code to a number, to be added as a factor; a code sent before for this is void. Errors: `USER_NOT_FOUND`,
     * `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`, `SMS_UNAVAILABLE`, `INVALID_INPUT`, `RATE_LIMITED`.
     */
    async begin(asking: Actor, to: { userId: string | null; phoneNumber: string; origin: Origin }): Promise<SentSmsCode> {
      const open = await gate.inSession(asking, to.userId, ['SMS'], to.origin);
      smsCodes.requireProvider();
      const settings = await challenges.strategySettings('SMS');
      const enrolled = open.enrolled.filter((factor) => factor.strategy === 'SMS').map(credentialOf);
      const begun = await enrollment.begin({ user: open.user, settings, enrolled, phoneNumber: to.phoneNumber });
      const { actor, user, tenantId } = open;
      const purpose = { actor, userId: user.id, tenantId, owner: codeOwner.enrollment(user.id), origin: to.origin };
      return smsCodes.send(purpose, begun, settings.codeLifetimeSeconds);
    },

    /** Adds the number by its code. Errors: as `begin`, and `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`. */
    async complete(
      asking: Actor,
      { userId, otcToken, code, ...add }: SmsProof & { userId: string | null; name: string | null; origin: Origin },
    ): Promise<Enrolled> {
      const open = await gate.inSession(asking, userId, ['SMS'], add.origin);
      const answer = strategy.readAnswer(code);
      return confirm.inSession(open, strategy, add, async () => {
        const found = await codes.find(otcToken, codeOwner.enrollment(open.user.id), 'SMS');
        if (typeof found === 'string') return found;
        const verdict = await enrollment.complete(found.begun, answer, clock.now());
        return verdict.ok ? { ...verdict, spend: () => codes.spend(found.id) } : 'WRONG';
      });
    },

    /**
     * Sends a code to a phone that is to be removed.
     * Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`, `LAST_FACTOR_ENFORCED`, `SMS_UNAVAILABLE`, `RATE_LIMITED`.
     */
    async beginRemoval(asking: Actor, { userId, deviceId, origin }: Phone): Promise<SentSmsCode> {
      const subject = await subjectOf(users, asking, userId);
      const { chosen } = await removal.recorded(subject, origin, () => removal.chosenOf(subject, phoneOf(deviceId)));
      smsCodes.requireProvider();
      const { actor, user, tenantId } = subject;
      const settings = await challenges.strategySettings('SMS');
      const [phone = fail('DEVICE_NOT_FOUND')] = chosen;
      const begun = await challenge.begin({ user, settings, credential: credentialOf(phone) });
      const purpose = { actor, userId: user.id, tenantId, owner: codeOwner.removal(user.id, deviceId), origin };
      return smsCodes.send(purpose, begun, settings.codeLifetimeSeconds);
    },

    /**
     * Removes a phone: an environment token at will, a user by the code of `beginRemoval`. Without a code only while another
     * factor stays, and where the surface is held to it by a second factor proven just now. Errors: `USER_NOT_FOUND`,
     * `DEVICE_NOT_FOUND`, `LAST_FACTOR_ENFORCED`, `INVALID_INPUT`, `STEP_UP_REQUIRED`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`.
     */
    async remove(asking: Actor, { userId, deviceId, origin, proof }: Phone & { proof: SmsProof | null }): Promise<User> {
      const subject = await subjectOf(users, asking, userId);
      return removal.recorded(subject, origin, async () => {
        if (subject.actor.kind === 'ENVIRONMENT') return removal.remove(subject, phoneOf(deviceId), null, origin);
        const choose = proof === null ? unlessLast(deviceId) : phoneOf(deviceId);
        const { chosen } = await removal.chosenOf(subject, choose);
        if (proof === null) await freshness.requireFreshSecondFactor(subject.actor, origin);
        const [phone = fail('DEVICE_NOT_FOUND')] = chosen;
        return removal.remove(subject, choose, proof === null ? null : await prove(subject, phone, proof, origin), origin);
      });
    },
  };
}
