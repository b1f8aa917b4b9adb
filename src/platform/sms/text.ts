import type { TextMessage } from '../../domain/messaging/message.ts';
import { lifeOf } from '../mail/messages.ts';

/**
 * Returns the text of an SMS with a code. The code comes first, so that notifications show it. With a product name of
 * usual length the text fits one SMS segment. With a `domain`, browsers fill in the code from the last line, and only on
 * that domain (https://wicg.github.io/sms-one-time-codes/).
 */
export function smsText({ code, lifetimeSeconds, product }: TextMessage, domain: string | null): string {
  const text = `${code} is your ${product} code. ${lifeOf(lifetimeSeconds)} Do not share it.`;
  return domain === null ? text : `${text}\n\n@${domain} #${code}`;
}
