import type { Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { codeOwner } from '../domain/code/one-time-code.ts';
import { fail } from '../domain/errors.ts';
import type { Clock, Keyring } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-gate.ts';
import type { Enrolled } from './factors.ts';
import { credentialPlace } from './factors.ts';
import type { CompletedLogin } from './login-completion.ts';
import type { OneTimeCodes } from './one-time-codes.ts';
import type { Proving } from './proving.ts';
import type { SentSmsCode, SmsCodes } from './sms-codes.ts';

/** A code from a text message, for an outstanding login or step-up. */
export interface SmsAnswer {
  mfaToken: string;
  otcToken: string;
  code: string;
  rememberDevice: boolean;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'authenticators'>;
  clock: Clock;
  keyring: Keyring;
  registry: StrategyRegistry;
  challenges: Challenges;
  gate: EnrollmentGate;
  prove: Proving;
  confirm: Confirming;
  codes: OneTimeCodes;
  smsCodes: SmsCodes;
}

export type SmsLogin = ReturnType<typeof createSmsLogin>;

/** The phone as second factor of a login, and of a step-up. */
export function createSmsLogin({ store, clock, keyring, registry, challenges, gate, prove, confirm, codes, smsCodes }: Needs) {
  const strategy = strategyOf(registry, 'SMS');
  const { enrollment, challenge } = strategy;
  if (enrollment === null || challenge === null) throw new Error('a phone is enrolled and challenged by codes');

  const openPhone = async (mfaToken: string, deviceId: string): Promise<{ open: Awaited<ReturnType<Challenges['open']>>; phone: Authenticator }> => {
    const open = await challenges.open(mfaToken);
    const phone = open.enrolled.find(({ id, strategy }) => id === deviceId && strategy === 'SMS') ?? fail('DEVICE_NOT_FOUND');
    return { open, phone };
  };
  const credentialOf = (phone: Authenticator): Uint8Array => keyring.open(phone.sealedCredential, credentialPlace(phone.id));

  return {
    /**
     * Sends a code to a number, to be enrolled as the first factor; a code sent before for this login is void. Errors:
     * `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`, `SMS_UNAVAILABLE`, `INVALID_INPUT`, `RATE_LIMITED`.
     */
    async beginEnrollment({ mfaToken, phoneNumber, origin }: { mfaToken: string; phoneNumber: string; origin: Origin }): Promise<SentSmsCode> {
      const open = await gate.atLogin(mfaToken, ['SMS'], origin);
      smsCodes.requireProvider();
      const { id, userId, tenantId } = open.challenge;
      const settings = await challenges.strategySettings('SMS');
      const begun = await enrollment.begin({ user: open.user, settings, enrolled: [], phoneNumber });
      const purpose = { userId, tenantId, owner: codeOwner.enrollmentAtLogin(id), origin };
      return smsCodes.send(purpose, begun, settings.codeLifetimeSeconds);
    },

    /** Enrolls the number by its code and logs in. Errors: as `beginEnrollment`, and `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`. */
    async completeEnrollment({ mfaToken, otcToken, code, ...login }: SmsAnswer & { name?: string | null }): Promise<CompletedLogin<Enrolled>> {
      const open = await gate.atLogin(mfaToken, ['SMS'], login.origin);
      const answer = strategy.readAnswer(code);
      return confirm.atLogin(open, strategy, { ...login, name: login.name ?? null }, async () => {
        const found = await codes.find(otcToken, codeOwner.enrollmentAtLogin(open.challenge.id), 'SMS');
        if (typeof found === 'string') return found;
        const verdict = await enrollment.complete(found.begun, answer, clock.now());
        return verdict.ok ? { ...verdict, spend: () => codes.spend(found.id) } : 'WRONG';
      });
    },

    /**
     * Sends a code to an enrolled phone; a code sent before for this login, to whichever phone, is void.
     * Errors: `CHALLENGE_EXPIRED`, `DEVICE_NOT_FOUND`, `SMS_UNAVAILABLE`, `RATE_LIMITED`.
     */
    async sendCode({ mfaToken, deviceId, origin }: { mfaToken: string; deviceId: string; origin: Origin }): Promise<SentSmsCode> {
      const { open, phone } = await openPhone(mfaToken, deviceId);
      smsCodes.requireProvider();
      const { id, userId, tenantId } = open.challenge;
      const settings = await challenges.strategySettings('SMS');
      const begun = await challenge.begin({ user: open.user, settings, credential: credentialOf(phone) });
      const purpose = { userId, tenantId, owner: codeOwner.login(id), origin };
      return smsCodes.send(purpose, begun, settings.codeLifetimeSeconds);
    },

    /**
     * Checks a code sent to that phone and logs in, or raises the session; only the newest code of this very challenge counts.
     * Errors: `CHALLENGE_EXPIRED`, `DEVICE_NOT_FOUND`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`.
     */
    async verify({ mfaToken, deviceId, otcToken, code, ...login }: SmsAnswer & { deviceId: string }): Promise<CompletedLogin<void>> {
      const { open, phone } = await openPhone(mfaToken, deviceId);
      const answer = strategy.readAnswer(code);
      return prove(open, strategy, login, async () => {
        const found = await codes.find(otcToken, codeOwner.login(open.challenge.id), 'SMS');
        if (typeof found === 'string') return found;
        const verdict = await strategy.verify({ credential: credentialOf(phone), begun: found.begun }, answer, clock.now());
        if (!verdict.ok) return 'WRONG';
        // The second guard: a phone removed since proves nothing any more.
        return { spend: async (at) => (await codes.spend(found.id)) && (await store.authenticators.touch(phone.id, at)) };
      });
    },
  };
}
