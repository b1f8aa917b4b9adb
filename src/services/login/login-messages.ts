import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import type { User } from '../../domain/directory/user.ts';
import type { PasswordlessStrategy } from '../../domain/environment/auth-strategy.ts';
import type { Environment } from '../../domain/environment/environment.ts';
import { type DomainError, fail } from '../../domain/errors.ts';
import type { Message, MessageCause } from '../../domain/messaging/message.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { UserName } from '../directory/user-lookup.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Outbox } from '../messaging/outbox.ts';

/** A code that was sent, and the login that it was sent for. */
export interface CodeLogin {
  /** From the request for the code. Null if the client has none. */
  loginToken: string | null;
  code: string;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** The tenant to enter, by its id or its alias. Absent enters the one used last. */
  tenant?: string | null;
  /** Whether the application asks for a second factor that no policy asks for. */
  demandsFactor?: boolean;
  /** Token of a link by which the user joins a tenant when the login is complete. */
  invitationToken?: string | null;
}

/** Whom a stranger wants a message for. */
export interface ToStranger<Name = UserName> {
  named: Name;
  /** The answer to the captcha. Null if the client has none. */
  captchaToken: string | null;
}

/** A message to log in by, and the token that it is about, which belongs to nobody if nobody is to receive the message. */
export interface LoginMessage {
  token: UserToken;
  message: Message;
  strategy: StrategyName | null;
}

interface Needs {
  store: Pick<Store, 'users' | 'userTokens' | 'transact'>;
  clock: Clock;
  environment: Pick<EnvironmentService, 'current'>;
  outbox: Outbox;
  audit: Audit;
}

/** The service that `createLoginMessages` creates. */
export type LoginMessages = ReturnType<typeof createLoginMessages>;

/** Creates what the logins by a code and by a link have in common: whether they are switched on, how their message is queued, and whom it lets in. */
export function createLoginMessages({ store, clock, environment, outbox, audit }: Needs) {
  return {
    /** Returns the settings of the environment, whose strategy has to be this one. Errors: `STRATEGY_INACTIVE`. */
    async requireStrategy(strategy: PasswordlessStrategy): Promise<Environment> {
      const settings = await environment.current();
      return settings.authStrategy === strategy ? settings : fail('STRATEGY_INACTIVE');
    },

    /**
     * Keeps the token, queues the message and writes the event, in one transaction. Without a user the same is stored as for one and nobody
     * sends it, so that neither the answer nor its time tells.
     */
    async queue(caller: Caller, { token, message, strategy }: LoginMessage): Promise<void> {
      const { userId, subject } = token;
      const { address, requestId } = caller.origin;
      const cause: MessageCause = { userId: userId ?? subject, tenantId: null, strategy, origin: { address, requestId } };
      await store.transact({ subject }, async () => {
        await store.userTokens.replace(token);
        if (userId === null) {
          await outbox.addForNobody(message, cause);
          return audit('LOGIN_FAILED', caller, { reason: 'INVALID_CREDENTIALS' });
        }
        await outbox.add(message, cause);
        await audit('CODE_SENT', caller, { userId, strategy, reason: 'LOGIN' });
      });
      outbox.wake();
    },

    /**
     * Lets in the user whose mailbox was just proven, and returns the user as of now. An address that was not verified becomes so, unless the
     * user has got a password since the message was sent. Runs in the transaction that spends the token. Errors: `ACCOUNT_LOCKED`,
     * `EMAIL_NOT_VERIFIED`, and `goneAs` if the user does not exist any more.
     */
    async admit(caller: Caller, userId: string, goneAs: DomainError): Promise<User> {
      const [user] = await store.users.findMany([userId]);
      if (user === undefined) throw goneAs;
      if (user.locked) fail('ACCOUNT_LOCKED');
      if (user.verified) return user;
      if ((await store.users.passwordHash(userId)) !== null) fail('EMAIL_NOT_VERIFIED');
      await store.users.markVerified(userId, clock.now());
      await audit('USER_VERIFIED', caller, { userId });
      return { ...user, verified: true };
    },
  };
}
