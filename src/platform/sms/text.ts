import type { TextMessage } from '../../domain/messaging/message.ts';
import { lifeOf } from '../mail/messages.ts';

/**
 * The one text message Sallyport sends. One segment of the GSM alphabet holds it for a product of usual length; the code
 * comes first, where a notification shows it. With a `domain` the last line is the one browsers fill forms from, and only
 * on that domain (https://wicg.github.io/sms-one-time-codes/).
 */
export function smsText({ code, lifetimeSeconds, product }: TextMessage, domain: string | null): string {
  const text = `${code} is your ${product} code. ${lifeOf(lifetimeSeconds)} Give it to nobody.`;
  return domain === null ? text : `${text}\n\n@${domain} #${code}`;
}
