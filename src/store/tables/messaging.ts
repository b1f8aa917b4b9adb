import type { SQL } from 'drizzle-orm';
import { and, isNull } from 'drizzle-orm';
import { channels } from '../../domain/messaging/message.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';

/** Defines the table of messages that wait for delivery. */
export const defineMessaging = (k: Kit) => {
  const outbox = k.table(
    'outbox',
    {
      id: k.id(),
      channel: k
        .oneOf([...channels])
        .notNull()
        .default('EMAIL'),
      // Whose message it is, or a digest of the address if it is nobody's. Messages of earlier releases have none.
      userId: k.string(),
      sealed: k.bytes().notNull(),
      attempts: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      // While a process delivers the message, this is the end of its reservation.
      nextAttemptAt: k.instant().notNull(),
      sentAt: k.instant(),
      givenUpAt: k.instant(),
    },
    (t) => [
      k.index('outbox_by_due').on(t.channel, t.nextAttemptAt, t.id),
      k
        .index('outbox_by_user')
        .on(t.userId)
        .where(and(isNull(t.sentAt), isNull(t.givenUpAt)) as SQL),
      k.index('outbox_by_sending').on(t.sentAt),
      k.index('outbox_by_giving_up').on(t.givenUpAt),
      k.check('outbox_channel', isOneOf(t.channel, channels)),
    ],
  );

  return { outbox };
};
