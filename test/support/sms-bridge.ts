import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from './twilio-server.ts';

export interface SmsBridge {
  url: string;
  /** Texts taken: signed right, not too old, not seen before. */
  received: { to: string; text: string }[];
  /** What it refused, and why. */
  refused: string[];
  /** Status of every answer instead, when not null. */
  status: number | null;
  close(): Promise<void>;
}

const toleranceSeconds = 300;
export const bridgeKey = Buffer.alloc(32, 5);
export const bridgeSecret = `whsec_${bridgeKey.toString('base64')}`;

export const bridgeSettings = (bridge: SmsBridge) => ({
  SMS_PROVIDER: 'webhook',
  SMS_COUNTRIES: 'US,DE,GB',
  SMS_WEBHOOK_URL: bridge.url,
  SMS_WEBHOOK_SECRET: bridgeSecret,
});

/** Checks a delivery as Standard Webhooks tells receivers to; answers what is wrong with it, or null. */
export function faultOf(headers: IncomingHttpHeaders, body: string, nowSeconds: number, seen: Set<string>): string | null {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name] ?? ''));
  const wanted = Buffer.from(`v1,${createHmac('sha256', bridgeKey).update(`${id}.${timestamp}.${body}`).digest('base64')}`);
  const given = Buffer.from(signature ?? '');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'signature';
  if (!/^\d+$/.test(timestamp ?? '') || Math.abs(Number(timestamp) - nowSeconds) > toleranceSeconds) return 'time';
  if (seen.has(id ?? '')) return 'seen before';
  seen.add(id ?? '');
  return null;
}

/** A receiver an operator might write, on this machine. */
export async function startSmsBridge(now: () => Date): Promise<SmsBridge> {
  const seen = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (bridge.status !== null) return response.writeHead(bridge.status, { 'retry-after': '40' }).end();
    const fault = faultOf(request.headers, body, Math.floor(now().getTime() / 1000), seen);
    if (fault !== null) bridge.refused.push(fault);
    else bridge.received.push(JSON.parse(body));
    // A repeat is answered like the first delivery: it has arrived.
    return response.writeHead(fault === null || fault === 'seen before' ? 204 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bridge: SmsBridge = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`,
    received: [],
    refused: [],
    status: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return bridge;
}
