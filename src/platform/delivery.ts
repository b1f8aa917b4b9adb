import type { EmailMessage } from '../domain/messaging/message.ts';
import { DeliveryFailure } from '../domain/messaging/message.ts';
import type { Delivery } from '../domain/ports.ts';
import type { SmsSender } from './sms/sender.ts';
import { smsText } from './sms/text.ts';

/** The e-mail half of `Delivery`. */
export interface EmailDelivery extends Pick<Delivery, 'email'> {
  send(message: EmailMessage, sender: string | null): Promise<void>;
}

/** The SMS half of `Delivery`: a sender and the domain that codes are bound to, or the reason why there is none. */
export type SmsDelivery = { sender: SmsSender; domain: string | null } | { reason: string };

/** Joins both halves to one port, which sends each message by the channel of its template. */
export const createDelivery = (email: EmailDelivery, sms: SmsDelivery): Delivery => ({
  email: email.email,
  sms: 'sender' in sms ? { available: true } : { available: false, reason: sms.reason },
  async send(message, sender, id) {
    if (message.template !== 'SMS_CODE') return email.send(message, sender);
    // This happens only if the provider was removed while the message waited in the outbox.
    if (!('sender' in sms)) throw new DeliveryFailure('NO_PROVIDER', { final: true });
    const { to, lifetimeSeconds } = message;
    await sms.sender.send({ id, to, lifetimeSeconds, text: smsText(message, sms.domain) });
  },
});
