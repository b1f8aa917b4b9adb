import type { Caller } from '../../domain/access/actor.ts';
import type { TokenPurpose } from '../../domain/account/user-token.ts';
import { attemptsPerToken, hasEnded, tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { codeDigits } from '../../domain/bounds.ts';
import { fail, InvalidCode, InvalidInput } from '../../domain/errors.ts';
import { EmailAddress, normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Outbox } from '../messaging/outbox.ts';

/** What a code to an address of a logged-in user is for. */
export type AddressPurpose = Extract<TokenPurpose, 'EMAIL_VERIFICATION' | 'EMAIL_CHANGE' | 'MAILBOX_PROOF'>;

/** A code to send. */
export interface SendAddressCode {
  purpose: AddressPurpose;
  userId: string;
  tenantId: string;
  email: string;
  /** False if another user has taken the address. Then nobody gets the code, after the same work. */
  reachable: boolean;
}

/** A code that came back. */
export interface AddressAnswer {
  purpose: AddressPurpose;
  userId: string;
  email: string;
  code: string;
}

/** A code that was right. */
export interface CheckedAddressCode {
  /** Spends the code. It succeeds once, whatever calls run in parallel. Runs in the caller's transaction. Errors: `INVALID_CODE`. */
  spend(): Promise<void>;
}

interface Needs {
  store: Pick<Store, 'userTokens'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  attempts: Attempts;
  outbox: Outbox;
}

/** The service that `createAddressCodes` creates. */
export type AddressCodes = ReturnType<typeof createAddressCodes>;

/** The words in which a code is sent. */
const templateOf = { EMAIL_VERIFICATION: 'ADDRESS_CODE', EMAIL_CHANGE: 'ADDRESS_CODE', MAILBOX_PROOF: 'MAILBOX_CODE' } as const;

/** Purpose of the digests of these codes. */
const digestPurpose = 'address-code';

/** Returns an address that mail can be sent to, and its compared form. Errors: `INVALID_INPUT`. */
export function readNewAddress(given: string): { email: string; emailNormalized: string } {
  const email = EmailAddress.read(given)?.text;
  if (email === undefined) throw new InvalidInput([{ path: ['email'], message: 'email must be an e-mail address' }]);
  return { email, emailNormalized: normalizeEmail(email) };
}

/**
 * Creates the service that sends codes to addresses of logged-in users and checks them. Nobody gets the token that belongs to a code,
 * because the session and the address name it.
 */
export function createAddressCodes({ store, clock, random, keyring, delivery, registry, attempts, outbox }: Needs) {
  // A digest, so that the table does not become a list of addresses.
  const subjectOf = (userId: string, email: string): string => `${userId}:${keyring.digest('subject', `email:${normalizeEmail(email)}`)}`;

  return {
    /** Charges one message of the user. It commits by itself. Errors: `EMAIL_UNAVAILABLE`, `RATE_LIMITED`. */
    async takeSend(purpose: AddressPurpose, userId: string): Promise<void> {
      if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
      await attempts.takeAnonymousSend(purpose, userId);
    },

    /** Sends a code to the address, and returns when it expires. An earlier one to it stops working. Runs in the caller's transaction. */
    async send({ origin: { address, requestId } }: Caller, { purpose, userId, tenantId, email, reachable }: SendAddressCode): Promise<Date> {
      const now = clock.now();
      const id = random.uuid();
      const code = random.digits(codeDigits);
      const lifetimeSeconds = tokenLifetimeSeconds[purpose];
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      await store.userTokens.replace({
        id,
        purpose,
        subject: subjectOf(userId, email),
        userId,
        tenantId: null,
        tokenHash: keyring.hashToken(random.token()),
        codeDigest: keyring.digest(digestPurpose, `${id}:${code}`),
        attempts: 0,
        createdAt: now,
        expiresAt,
      });
      const message = { template: templateOf[purpose], to: email, code, lifetimeSeconds };
      const cause = { userId, tenantId, strategy: null, origin: { address, requestId } };
      await (reachable ? outbox.add(message, cause) : outbox.addForNobody(message, cause));
      return expiresAt;
    },

    /**
     * Checks a code. Each check is charged before it is made, to the code and to the user, whatever the address. Errors: `INVALID_CODE`,
     * `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`.
     */
    async check({ purpose, userId, email, code }: AddressAnswer): Promise<CheckedAddressCode> {
      const answer = registry.EMAIL_CODE.readAnswer(code);
      const remaining = await attempts.takeTokenAttempt({ purpose, subject: userId });
      const token = await store.userTokens.findOf(purpose, subjectOf(userId, email));
      if (token === null) throw new InvalidCode(remaining);
      const made = await store.userTokens.charge(token.id);
      if (made === null) throw new InvalidCode(0);
      const left = Math.min(remaining, attemptsPerToken - made);
      if (hasEnded(token, clock.now())) fail('CODE_EXPIRED');
      if (!keyring.matches(digestPurpose, `${token.id}:${answer}`, token.codeDigest ?? '')) throw new InvalidCode(left);
      return {
        async spend() {
          if (!(await store.userTokens.spend(token.id, clock.now()))) throw new InvalidCode(left);
          await attempts.resetTokenAttempts({ purpose, subject: userId });
        },
      };
    },
  };
}
