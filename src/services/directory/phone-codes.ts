import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { nobodysId } from '../../domain/directory/user.ts';
import type { UserPhone } from '../../domain/directory/user-phone.ts';
import { loginPhoneOf } from '../../domain/directory/user-phone.ts';
import { fail, InvalidCode } from '../../domain/errors.ts';
import type { TextMessage } from '../../domain/messaging/message.ts';
import type { Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { TakeText, TextAbout, TextTo } from '../limits/text-messages.ts';
import type { MadeTokenCode, NewTokenCode, RightTokenCode, TokenCodes } from '../limits/token-codes.ts';
import type { Outbox } from '../messaging/outbox.ts';

/** Whom a stranger has named: the rate-limit key, and the user with the phone to log in by. Null if nobody is to receive a text. */
export interface TextRecipient {
  subject: string;
  reachable: { user: User; phone: UserPhone } | null;
}

/** A code that was made, and the text that carries it. */
export interface PhoneCode extends MadeTokenCode {
  message: TextMessage;
}

interface Needs {
  store: Pick<Store, 'userPhones' | 'userTokens'>;
  delivery: Delivery;
  registry: StrategyRegistry;
  environment: Pick<EnvironmentService, 'strategySettings'>;
  tokenCodes: TokenCodes;
  takeText: TakeText;
  outbox: Outbox;
}

/** The service that `createPhoneCodes` creates. */
export type PhoneCodes = ReturnType<typeof createPhoneCodes>;

/** Creates the service that sends codes to the phones that users log in by. A code counts for the number that it was sent to, and for no other. */
export function createPhoneCodes({ store, delivery, registry, environment, tokenCodes, takeText, outbox }: Needs) {
  const loginPhone = async (userId: string | null): Promise<UserPhone | null> => loginPhoneOf(await store.userPhones.ofUsers([userId ?? nobodysId]));
  const charge = (about: TextAbout, to: TextTo, { origin }: Caller): Promise<void> => takeText(about, to, origin);

  return {
    /** Refuses while this deployment sends no text messages. Errors: `SMS_UNAVAILABLE`. */
    requireAvailable: (): void => void (delivery.sms.available || fail('SMS_UNAVAILABLE', delivery.sms.reason)),

    /** Returns a code as it is compared. Errors: `INVALID_CODE`. */
    readAnswer: (code: string): unknown => registry.SMS.readAnswer(code),

    /** Charges one text. The charge commits by itself, so that no rollback gives a text back. Errors: `RATE_LIMITED`. */
    charge,

    /**
     * Charges one text that a stranger has asked for, whether or not somebody receives it. What is charged for nobody is charged to keys that
     * nobody else has, by the same statements. Errors: `RATE_LIMITED`.
     */
    chargeForStranger: (caller: Caller, purpose: Exclude<TextAbout['purpose'], 'SMS'>, { subject, reachable }: TextRecipient): Promise<void> =>
      charge(
        { userId: subject, tenantId: reachable?.user.activeTenantId ?? subject, purpose },
        { number: reachable?.phone.phoneNumber ?? subject, enrolled: true },
        caller,
      ),

    /** Makes a code for a number, and the text that carries it. Nothing is stored yet. */
    async make(wanted: Omit<NewTokenCode, 'sentTo'>, number: string): Promise<PhoneCode> {
      const { serviceName: product } = await environment.strategySettings('SMS');
      const made = tokenCodes.make({ ...wanted, sentTo: number });
      const message: TextMessage = { template: 'SMS_CODE', to: number, code: made.code, lifetimeSeconds: wanted.lifetimeSeconds, product };
      return { ...made, message };
    },

    /**
     * Checks a code that went to the phone the user logs in by. `spend` finds it wrong if the number was removed, or another one added, since.
     * Errors: `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`.
     */
    async check(token: UserToken, answer: unknown): Promise<RightTokenCode> {
      const phone = await loginPhone(token.userId);
      const right = await tokenCodes.check(token, { answer, sentTo: phone?.phoneNumber ?? '' });
      return {
        ...right,
        async spend() {
          await right.spend();
          if ((await loginPhone(right.userId))?.id !== phone?.id) throw new InvalidCode(right.left);
        },
      };
    },

    /** Keeps the token and queues the text. A token of nobody does the same work, and nothing is sent. Runs in the caller's transaction. */
    async queue({ origin: { address, requestId } }: Caller, { token, message }: PhoneCode, tenantId: string | null): Promise<void> {
      const { userId, subject } = token;
      const cause = { userId: userId ?? subject, tenantId, strategy: 'SMS', origin: { address, requestId } } as const;
      await store.userTokens.replace(token);
      await (userId === null ? outbox.addForNobody(message, cause) : outbox.add(message, cause));
    },

    /** Sends what is due in the background and returns at once. Called after the commit. */
    wake: outbox.wake,
  };
}
