import type { Origin } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Channel, CodeMessage, TextMessage } from '../../domain/messaging/message.ts';
import type { Delivery } from '../../domain/ports.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { TakeText } from '../limits/text-messages.ts';
import type { Outbox } from './outbox.ts';

/** Whom a code is for, and whether that user has proven before to receive messages there. */
export interface CodeRecipient {
  userId: string;
  tenantId: string;
  strategy: StrategyName;
  /** True for a message to an enrolled authenticator. */
  enrolled: boolean;
}

interface Needs {
  delivery: Delivery;
  attempts: Attempts;
  takeText: TakeText;
  outbox: Outbox;
}

export type CodeSending = ReturnType<typeof createCodeSending>;

/** Sends the one-time codes of strategies by the channel that each strategy names. */
export function createCodeSending({ delivery, attempts, takeText, outbox }: Needs) {
  const available: Readonly<Record<Channel, () => void>> = {
    EMAIL: () => void (delivery.email.available || fail('EMAIL_UNAVAILABLE', delivery.email.reason)),
    SMS: () => void (delivery.sms.available || fail('SMS_UNAVAILABLE', delivery.sms.reason)),
  };
  const charge: Readonly<Record<Channel, (to: CodeRecipient, message: CodeMessage | TextMessage, origin: Origin) => Promise<void>>> = {
    EMAIL: ({ userId, strategy }) => attempts.takeSend(userId, strategy),
    SMS: (to, message, origin) => takeText(to, { number: message.to, enrolled: to.enrolled }, origin),
  };

  return {
    /** Refuses where the deployment cannot send by the channel. Errors: `EMAIL_UNAVAILABLE`, `SMS_UNAVAILABLE`. */
    requireAvailable: (channel: Channel): void => available[channel](),

    /** Charges one message against the limits of its channel. The charge commits by itself, so no rollback gives a message back. Errors: `RATE_LIMITED`. */
    charge: (channel: Channel, to: CodeRecipient, message: CodeMessage | TextMessage, origin: Origin): Promise<void> =>
      charge[channel](to, message, origin),

    /** Queues the message with what caused it, so that giving it up becomes an event. Part of the caller's transaction. */
    queue: ({ enrolled: _, ...cause }: CodeRecipient, message: CodeMessage | TextMessage, { address, requestId }: Origin): Promise<void> =>
      outbox.add(message, { ...cause, origin: { address, requestId } }),

    /** Starts the delivery of what is queued and returns at once. Called after commit. */
    wake: outbox.wake,
  };
}
