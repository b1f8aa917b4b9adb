import { createHmac } from 'node:crypto';
import { DeliveryFailure } from '../../domain/messaging/message.ts';
import type { Clock } from '../../domain/ports.ts';
import { isWorthRetrying, post } from '../http-post.ts';
import type { SmsSender } from './sender.ts';

/** Where messages are posted to, and the key that signs them. */
export interface WebhookSettings {
  url: string;
  /** Key of the HMAC, 24 to 64 bytes. */
  secret: Uint8Array;
  timeoutMilliseconds?: number;
}

/**
 * Makes a sender that posts messages as `{"to","text"}` to an address of the operator. Any 2xx means the message was
 * accepted. Posts are signed by HMAC-SHA256 over id, time and body, as Standard Webhooks defines
 * (https://www.standardwebhooks.com). A receiver should check the signature, and refuse old times and ids it has seen;
 * the id stays the same at every attempt.
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

/** Reads a secret of Standard Webhooks: 24 to 64 bytes in base64, with or without `whsec_` before them. Throws on anything else. */
export function parseWebhookSecret(text: string): Uint8Array {
  const [, base64] = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (key.length < 24 || key.length > 64) throw new Error('must be 24 to 64 bytes in base64, with or without whsec_ before them');
  return new Uint8Array(key);
}
