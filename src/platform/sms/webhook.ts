import { createHmac } from 'node:crypto';
import { DeliveryFailure } from '../../domain/messaging/message.ts';
import type { Clock } from '../../domain/ports.ts';
import { isWorthRetrying, post } from '../http-post.ts';
import type { SmsSender } from './sender.ts';

export interface WebhookSettings {
  url: string;
  /** Key of the HMAC. */
  secret: Uint8Array;
  timeoutMilliseconds?: number;
}

/**
 * Hands texts to an address of the operator's as `{"to","text"}`, signed as Standard Webhooks has it
 * (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. A receiver checks the signature, refuses times
 * that are minutes away and ids it has seen; the id stays the same when a delivery is tried again. Any 2xx means taken.
 */
export function createWebhook({ url, secret, timeoutMilliseconds }: WebhookSettings, clock: Clock): SmsSender {
  return {
    async send({ id, to, text }) {
      const timestamp = Math.floor(clock.now().getTime() / 1000);
      const body = JSON.stringify({ to, text });
      const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
      const { status, retryAfterSeconds } = await post({
        url,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': `v1,${signature}`,
        },
        body,
        ...(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }),
      });
      if (status < 200 || status >= 300) throw new DeliveryFailure(`WEBHOOK_HTTP_${status}`, { final: !isWorthRetrying(status), retryAfterSeconds });
    },
  };
}

/** The key in a secret as Standard Webhooks writes it: `whsec_`, then base64 of 24 to 64 bytes. Throws on anything else. */
export function parseWebhookSecret(text: string): Uint8Array {
  const [, base64] = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (key.length < 24 || key.length > 64) throw new Error('must be 24 to 64 bytes in base64, with or without whsec_ before them');
  return new Uint8Array(key);
}
