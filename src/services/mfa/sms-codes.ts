import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { Started } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Delivery, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import { credentialPlace } from '../authenticator/factors.ts';
import type { OneTimeCodes } from '../authenticator/one-time-codes.ts';
import type { ChargeText } from '../limits/text-messages.ts';
import type { Challenges } from '../login/challenges.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { Confirm } from './confirming.ts';
import type { Proof } from './proving.ts';

/** Whom a code is for, and what it counts for alone. */
export interface SmsPurpose {
  actor?: Actor;
  user: User;
  tenantId: string;
  /** As `codeOwner` spells it. */
  owner: string;
  origin: Origin;
}

export interface SentSmsCode {
  otcToken: string;
  expiresAt: Date;
  /** Masked. */
  phoneNumber: string;
}

/** A code from a text message with the token it was sent under. */
export interface SmsProof {
  otcToken: string;
  code: string;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  challenges: Challenges;
  codes: OneTimeCodes;
  charge: ChargeText;
  outbox: Outbox;
  audit: Audit;
}

export type SmsCodes = ReturnType<typeof createSmsCodes>;

/** Sends codes to phones and looks at what comes back. */
export function createSmsCodes({ store, clock, keyring, delivery, registry, challenges, codes, charge, outbox, audit }: Needs) {
  const strategy = registry.SMS;
  const credentialOf = (phone: Authenticator): Uint8Array => keyring.open(phone.sealedCredential, credentialPlace(phone.id));

  const requireProvider = (): void => {
    if (!delivery.sms.available) fail('SMS_UNAVAILABLE', delivery.sms.reason);
  };

  /**
   * Keeps what the strategy began and queues its message; a code sent before for the same purpose is void. The answer does
   * not wait for the provider: a text it refuses for good ends as an event, `MESSAGE_GIVEN_UP`.
   */
  const send = async (purpose: SmsPurpose, { keep, deliver }: Started, enrolled: boolean, lifetimeSeconds: number): Promise<SentSmsCode> => {
    if (deliver === undefined) fail('INTERNAL', 'a code for a phone came without a message');
    const { user, owner, origin } = purpose;
    const about = factsOf(purpose);
    const { actor: _, ...cause } = about;
    await charge(about, { number: deliver.to, enrolled }, origin);
    const issued = await store.transact(async () => {
      const code = await codes.issue({ owner, userId: user.id, strategy: 'SMS' }, keep, lifetimeSeconds);
      await outbox.add(deliver, { ...cause, origin: { address: origin.address, requestId: origin.requestId } });
      await audit('CODE_SENT', origin, about);
      return code;
    });
    outbox.wake();
    return { otcToken: issued.token, expiresAt: issued.expiresAt, phoneNumber: PhoneNumber.read(deliver.to)?.masked ?? '' };
  };

  const recorded = <T>(purpose: SmsPurpose, run: () => Promise<T>): Promise<T> => audit.refusals('MFA_FAILED', purpose.origin, factsOf(purpose), run);

  return {
    /** Throws `InvalidCode` on what could never be a code; nothing is charged for that. */
    readAnswer: (code: string): unknown => strategy.readAnswer(code),

    /** A code to a number, to be enrolled beside `enrolled`. Errors: `SMS_UNAVAILABLE`, `INVALID_INPUT`, `RATE_LIMITED`. */
    sendToNumber: (purpose: SmsPurpose, phoneNumber: string, enrolled: readonly Authenticator[]): Promise<SentSmsCode> =>
      recorded(purpose, async () => {
        requireProvider();
        const enrollment = strategy.enrollment ?? fail('STRATEGY_INACTIVE');
        const settings = await challenges.strategySettings('SMS');
        const phones = enrolled.filter((factor) => factor.strategy === 'SMS').map(credentialOf);
        const begun = await enrollment.begin({ user: purpose.user, settings, enrolled: phones, phoneNumber });
        return send(purpose, begun, false, settings.codeLifetimeSeconds);
      }),

    /** A code to an enrolled phone. Errors: `SMS_UNAVAILABLE`, `RATE_LIMITED`. */
    sendToPhone: (purpose: SmsPurpose, phone: Authenticator): Promise<SentSmsCode> =>
      recorded(purpose, async () => {
        requireProvider();
        const challenge = strategy.challenge ?? fail('STRATEGY_INACTIVE');
        const settings = await challenges.strategySettings('SMS');
        const begun = await challenge.begin({ user: purpose.user, settings, credential: credentialOf(phone) });
        return send(purpose, begun, true, settings.codeLifetimeSeconds);
      }),

    /** Confirms the number that a code was sent to. */
    confirmNumber:
      (otcToken: string, owner: string, answer: unknown): Confirm =>
      async () => {
        const found = await codes.find(otcToken, owner, 'SMS');
        if (typeof found === 'string') return found;
        const verdict = await strategy.enrollment?.complete(found.begun, answer, clock.now());
        return verdict?.ok ? { ...verdict, spend: () => codes.spend(found.id) } : 'WRONG';
      },

    /** The proof of an enrolled phone, or why there is none. */
    async provePhone(phone: Authenticator, otcToken: string, owner: string, answer: unknown): Promise<Proof | 'WRONG' | 'EXPIRED'> {
      const found = await codes.find(otcToken, owner, 'SMS');
      if (typeof found === 'string') return found;
      const verdict = await strategy.verify({ credential: credentialOf(phone), begun: found.begun }, answer, clock.now());
      if (!verdict.ok) return 'WRONG';
      // The second guard: a phone removed since proves nothing any more.
      return { spend: async (at) => (await codes.spend(found.id)) && (await store.authenticators.touch(phone.id, at)) };
    },
  };
}

const factsOf = ({ actor, user, tenantId }: SmsPurpose) => ({
  ...(actor === undefined ? {} : { actor }),
  userId: user.id,
  tenantId,
  strategy: 'SMS' as const,
});
