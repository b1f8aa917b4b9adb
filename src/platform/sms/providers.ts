import type { Clock } from '../../domain/ports.ts';
import type { SmsSender } from './sender.ts';
import type { TwilioSettings } from './twilio.ts';
import { createTwilio } from './twilio.ts';
import type { WebhookSettings } from './webhook.ts';
import { createWebhook } from './webhook.ts';

/** The configuration of an SMS provider. */
export type SmsProvider = ({ kind: 'TWILIO' } & TwilioSettings) | ({ kind: 'WEBHOOK' } & WebhookSettings);

/** Makes the sender for a provider. */
export const createSmsSender = (provider: SmsProvider, clock: Clock): SmsSender =>
  provider.kind === 'TWILIO' ? createTwilio(provider) : createWebhook(provider, clock);
