import type { Clock } from '../../domain/ports.ts';
import type { TwilioSettings } from './twilio.ts';
import { createTwilio } from './twilio.ts';
import type { WebhookSettings } from './webhook.ts';
import { createWebhook } from './webhook.ts';

/** A text in words, ready for any provider. */
export interface RenderedText {
  /** The same at every try. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
  lifetimeSeconds: number;
}

/** Hands a text to a provider. Throws `DeliveryFailure` when it was not taken. */
export interface SmsSender {
  send(text: RenderedText): Promise<void>;
}

/** Which provider sends, as the settings say. */
export type SmsProvider = ({ kind: 'TWILIO' } & TwilioSettings) | ({ kind: 'WEBHOOK' } & WebhookSettings);

export const createSmsSender = (provider: SmsProvider, clock: Clock): SmsSender =>
  provider.kind === 'TWILIO' ? createTwilio(provider) : createWebhook(provider, clock);
