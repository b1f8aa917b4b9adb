import type { Clock } from '../../domain/ports.ts';
import type { SmsSender } from './sender.ts';
import type { TwilioSettings } from './twilio.ts';
import { createTwilio } from './twilio.ts';
import type { WebhookSettings } from './webhook.ts';
import { createWebhook } from './webhook.ts';

/** Which provider sends, as the settings say. */
export type SmsProvider = ({ kind: 'TWILIO' } & TwilioSettings) | ({ kind: 'WEBHOOK' } & WebhookSettings);

export const createSmsSender = (provider: SmsProvider, clock: Clock): SmsSender =>
  provider.kind === 'TWILIO' ? createTwilio(provider) : createWebhook(provider, clock);
