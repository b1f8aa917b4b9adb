import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryFailure } from '../../src/domain/messaging/message.ts';
import { createDelivery } from '../../src/platform/delivery.ts';
import { createAbsentDelivery } from '../../src/platform/mail/smtp.ts';
import { createTwilio } from '../../src/platform/sms/twilio.ts';
import { createWebhook, parseWebhookSecret } from '../../src/platform/sms/webhook.ts';
import { HandClock } from '../support/clock.ts';
import type { SmsBridge } from '../support/sms-bridge.ts';
import { bridgeSecret, startSmsBridge } from '../support/sms-bridge.ts';
import type { Mood, TwilioServer } from '../support/twilio-server.ts';
import { accountSid, authToken, fromNumber, refusals, startTwilioServer } from '../support/twilio-server.ts';

const message = { template: 'SMS_CODE', to: '+14155552671', code: '004215', lifetimeSeconds: 300, product: 'Acme' } as const;
const noMail = createAbsentDelivery('no mail here');
const id = '6da27373-1572-444f-b3c5-ef702ce65123';

/** What a failed delivery says of itself. */
async function failureOf(sending: Promise<void>): Promise<{ reason: string; final: boolean; retryAfterSeconds: number | null }> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeliveryFailure)) throw new Error(`no failure but ${error}`);
  return { reason: error.message, final: error.final, retryAfterSeconds: error.retryAfterSeconds };
}

describe('Twilio', () => {
  let server: TwilioServer;
  beforeAll(async () => {
    server = await startTwilioServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.mood = 'OK';
    server.received.length = 0;
  });
  const credentials = { user: accountSid, password: authToken };
  const twilio = (more: object = {}, domain: string | null = null) =>
    createDelivery(noMail, {
      sender: createTwilio({ baseUrl: server.url, accountSid, credentials, sender: { from: fromNumber }, timeoutMilliseconds: 500, ...more }),
      domain,
    });

  it('a text carries code, product and life, leading zeros kept, and dies in the queue when its code does', async () => {
    await twilio().send(message, null, id);
    const body = '004215 is your Acme code. It works once, within 5 minutes. Do not share it.';
    expect(server.received).toEqual([{ to: message.to, from: fromNumber, body, validityPeriod: '300' }]);
  });

  it('with a domain the last line is the one browsers read, and nothing follows it', async () => {
    await twilio({}, 'login.acme.example').send(message, null, id);
    expect(server.received[0]?.body).toMatch(/ Do not share it\.\n\n@login\.acme\.example #004215$/);
  });

  it('a messaging service takes the place of a number', async () => {
    await twilio({ sender: { messagingServiceSid: `MG${'3'.repeat(32)}` } }).send(message, null, id);
    expect(server.received[0]?.from).toBe(`MG${'3'.repeat(32)}`);
  });

  it.each(Object.entries(refusals))('a number Twilio refuses (%s) is refused for good, by code and never by number', async (to, { code }) => {
    expect(await failureOf(twilio().send({ ...message, to }, null, id))).toEqual({ reason: `TWILIO_${code}`, final: true, retryAfterSeconds: null });
  });

  it('wrong credentials are refused for good', async () => {
    const wrong = twilio({ credentials: { user: accountSid, password: 'another' } });
    expect(await failureOf(wrong.send(message, null, id))).toEqual({ reason: 'TWILIO_20003', final: true, retryAfterSeconds: null });
  });

  it.each<[Mood, string, number | null]>([
    ['BUSY', 'TWILIO_20429', 20],
    ['BROKEN', 'TWILIO_20500', null],
    ['SILENT', 'PROVIDER_SILENT', null],
    ['GARBAGE', 'TWILIO_HTTP_400', null],
    ['PORTAL', 'TWILIO_HTTP_200', null],
    ['REDIRECT', 'PROVIDER_UNREACHABLE', null],
  ])('%s is worth another try', async (mood, reason, retryAfterSeconds) => {
    server.mood = mood;
    expect(await failureOf(twilio().send(message, null, id))).toEqual({ reason, final: false, retryAfterSeconds });
    expect(server.received).toEqual([]);
  });

  it('nobody there is worth another try', async () => {
    const gone = await startTwilioServer();
    await gone.close();
    expect(await failureOf(twilio({ baseUrl: gone.url }).send(message, null, id))).toMatchObject({ reason: 'PROVIDER_UNREACHABLE', final: false });
  });

  it('available where there is a sender', () => {
    expect(twilio().sms).toEqual({ available: true });
  });
});

describe('the webhook', () => {
  const clock = new HandClock(new Date('2026-03-02T09:00:05.700Z'));
  let bridge: SmsBridge;
  beforeAll(async () => {
    bridge = await startSmsBridge(clock.now);
  });
  afterAll(() => bridge.close());
  beforeEach(() => {
    Object.assign(bridge, { status: null, received: [], refused: [] });
  });
  const delivery = (secret = bridgeSecret) =>
    createDelivery(noMail, { sender: createWebhook({ url: bridge.url, secret: parseWebhookSecret(secret) }, clock), domain: null });

  it('a receiver that checks signature, time and id takes a text once', async () => {
    await delivery().send(message, null, 'first');
    expect(bridge.received).toEqual([{ to: message.to, text: expect.stringMatching(/^004215 is your Acme code\./) }]);
    // Tried again because the answer was lost.
    await delivery().send(message, null, 'first');
    expect(bridge.refused).toEqual(['seen before']);
    expect(bridge.received).toHaveLength(1);
  });

  it('a signature of another key convinces nobody, and is no reason to try again', async () => {
    const other = Buffer.alloc(32, 6).toString('base64');
    expect(await failureOf(delivery(other).send(message, null, 'second'))).toEqual({
      reason: 'WEBHOOK_HTTP_401',
      final: true,
      retryAfterSeconds: null,
    });
    expect(bridge.refused).toEqual(['signature']);
  });

  it('a delivery recorded and sent again later convinces nobody', async () => {
    const later = await startSmsBridge(() => new Date(clock.now().getTime() + 301_000));
    const sender = createWebhook({ url: later.url, secret: parseWebhookSecret(bridgeSecret) }, clock);
    await expect(sender.send({ id: 'fourth', to: message.to, text: 'x', lifetimeSeconds: 300 })).rejects.toThrow('WEBHOOK_HTTP_401');
    expect(later.refused).toEqual(['time']);
    await later.close();
  });

  it.each([
    [400, true],
    [404, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])('status %d: refused for good is %s', async (status, final) => {
    bridge.status = status;
    expect(await failureOf(delivery().send(message, null, 'third'))).toEqual({ reason: `WEBHOOK_HTTP_${status}`, final, retryAfterSeconds: 40 });
  });
});

describe('without a provider', () => {
  const none = createDelivery(noMail, { reason: 'SMS_PROVIDER is not set' });

  it('text messages are not available, and the operator can read why', () => {
    expect(none.sms).toEqual({ available: false, reason: 'SMS_PROVIDER is not set' });
  });

  it('a text that waited for one is refused for good', async () => {
    expect(await failureOf(none.send(message, null, id))).toEqual({ reason: 'NO_PROVIDER', final: true, retryAfterSeconds: null });
  });
});
