import type { Origin } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import { fail } from '../../domain/errors.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Enrolled } from '../authenticator/factors.ts';
import type { Challenges, OpenChallenge } from '../login/challenges.ts';
import type { CompletedLogin } from '../login/completion.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-rules.ts';
import type { Proving } from './proving.ts';
import type { SentSmsCode, SmsCodes, SmsProof } from './sms-codes.ts';

/** A code from a text message, for an outstanding login or step-up. */
export interface SmsAnswer extends SmsProof {
  mfaToken: string;
  rememberDevice: boolean;
  origin: Origin;
}

interface Needs {
  registry: StrategyRegistry;
  challenges: Challenges;
  gate: EnrollmentGate;
  confirming: Confirming;
  prove: Proving;
  smsCodes: SmsCodes;
  audit: Audit;
}

export type SmsLogin = ReturnType<typeof createSmsLogin>;

/** The phone as second factor of a login, and of a step-up. */
export function createSmsLogin({ registry, challenges, gate, confirming, prove, smsCodes, audit }: Needs) {
  const openPhone = async (mfaToken: string, deviceId: string, origin: Origin): Promise<{ open: OpenChallenge; phone: Authenticator }> => {
    const known: Facts = { strategy: 'SMS' };
    return audit.refusals('MFA_FAILED', origin, known, async () => {
      const open = await challenges.open(mfaToken, known);
      const phone = open.enrolled.find(({ id, strategy }) => id === deviceId && strategy === 'SMS') ?? fail('DEVICE_NOT_FOUND');
      return { open, phone };
    });
  };

  return {
    /**
     * Sends a code to a number, to be enrolled as the first factor; a code sent before for this login is void. Errors:
     * `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`, `SMS_UNAVAILABLE`, `INVALID_INPUT`, `RATE_LIMITED`.
     */
    async beginEnrollment({ mfaToken, phoneNumber, origin }: { mfaToken: string; phoneNumber: string; origin: Origin }): Promise<SentSmsCode> {
      const { challenge, user } = await gate.atLogin(mfaToken, ['SMS'], origin);
      const purpose = { user, tenantId: challenge.tenantId, owner: codeOwner.enrollmentAtLogin(challenge.id), origin };
      return smsCodes.sendToNumber(purpose, phoneNumber, []);
    },

    /** Enrolls the number by its code and logs in. Errors: as `beginEnrollment`, and `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`. */
    async completeEnrollment({ mfaToken, otcToken, code, ...login }: SmsAnswer & { name?: string | null }): Promise<CompletedLogin<Enrolled>> {
      const open = await gate.atLogin(mfaToken, ['SMS'], login.origin);
      const answer = smsCodes.readAnswer(code);
      return confirming.atLogin(open, 'SMS', login, smsCodes.confirmNumber(otcToken, codeOwner.enrollmentAtLogin(open.challenge.id), answer));
    },

    /**
     * Sends a code to an enrolled phone; a code sent before for this login, to whichever phone, is void.
     * Errors: `CHALLENGE_EXPIRED`, `DEVICE_NOT_FOUND`, `SMS_UNAVAILABLE`, `RATE_LIMITED`.
     */
    async sendCode({ mfaToken, deviceId, origin }: { mfaToken: string; deviceId: string; origin: Origin }): Promise<SentSmsCode> {
      const { open, phone } = await openPhone(mfaToken, deviceId, origin);
      const { id, tenantId } = open.challenge;
      return smsCodes.sendToPhone({ user: open.user, tenantId, owner: codeOwner.login(id), origin }, phone);
    },

    /**
     * Checks a code sent to that phone and logs in, or raises the session; only the newest code of this very challenge counts.
     * Errors: `CHALLENGE_EXPIRED`, `DEVICE_NOT_FOUND`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`.
     */
    async verify({ mfaToken, deviceId, otcToken, code, ...login }: SmsAnswer & { deviceId: string }): Promise<CompletedLogin<void>> {
      const { open, phone } = await openPhone(mfaToken, deviceId, login.origin);
      const answer = smsCodes.readAnswer(code);
      const owner = codeOwner.login(open.challenge.id);
      return prove(open, registry.SMS, login, () => smsCodes.provePhone(phone, otcToken, owner, answer));
    },
  };
}
