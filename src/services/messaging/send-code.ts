import type { Origin } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Channel, CodeMessage, TextMessage } from '../../domain/messaging/message.ts';
import type { Delivery } from '../../domain/ports.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { TakeText } from '../limits/text-messages.ts';
import type { Outbox } from './outbox.ts';

/** The recipient of a code. */
export interface CodeRecipient {
  userId: string;
  tenantId: string;
  strategy: StrategyName;
  /** True if the message goes to an enrolled authenticator, so that the user has received messages there before. */
  enrolled: boolean;
}

interface Needs {
  delivery: Delivery;
  attempts: Attempts;
  takeText: TakeText;
  outbox: Outbox;
}

/** The service that `createCodeSending` creates. */
export type CodeSending = ReturnType<typeof createCodeSending>;

/** Creates the service that sends the one-time codes of strategies, each by the channel that its strategy names. */
export function createCodeSending({ delivery, attempts, takeText, outbox }: Needs) {
  const available: Readonly<Record<Channel, () => void>> = {
    EMAIL: () => void (delivery.email.available || fail('EMAIL_UNAVAILABLE', delivery.email.reason)),
    SMS: () => void (delivery.sms.available || fail('SMS_UNAVAILABLE', delivery.sms.reason)),
  };
  const charge: Readonly<Record<Channel, (to: CodeRecipient, message: CodeMessage | TextMessage, origin: Origin) => Promise<void>>> = {
    EMAIL: ({ userId, strategy }) => attempts.takeSend(userId, strategy),
    SMS: ({ userId, tenantId, enrolled }, message, origin) =>
      takeText({ userId, tenantId, purpose: 'SMS' }, { number: message.to, enrolled }, origin),
  };

  return {
    /** Refuses a channel that the deployment cannot send by. Errors: `EMAIL_UNAVAILABLE`, `SMS_UNAVAILABLE`. */
    requireAvailable: (channel: Channel): void => available[channel](),

    /**
     * Charges one message against the limits of its channel. The charge commits by itself, so that no rollback gives a message
     * back. Errors: `RATE_LIMITED`.
     */
    charge: (channel: Channel, to: CodeRecipient, message: CodeMessage | TextMessage, origin: Origin): Promise<void> =>
      charge[channel](to, message, origin),

    /** Queues the message with its cause, so that an event records if it is given up. Runs in the caller's transaction. */
    queue: ({ enrolled: _, ...cause }: CodeRecipient, message: CodeMessage | TextMessage, { address, requestId }: Origin): Promise<void> =>
      outbox.add(message, { ...cause, origin: { address, requestId } }),

    /** Sends what is due in the background and returns at once. Called after the commit. */
    wake: outbox.wake,
  };
}
