import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { DeliveryFailure } from '../../src/domain/messaging/message.ts';
import { createDelivery } from '../../src/platform/delivery.ts';
import { createAbsentDelivery } from '../../src/platform/mail/smtp.ts';
import { createSmsSender } from '../../src/platform/sms/providers.ts';
import type { SmsSender } from '../../src/platform/sms/sender.ts';
import { HandClock } from '../support/clock.ts';
import { audited, execute, query } from '../support/database.ts';
import { documents, run } from '../support/graphql-documents.ts';
import type { Harness } from '../support/harness.ts';
import { start } from '../support/harness.ts';
import { forcedUser, newNumber, openSmsHarness, smsEnroll, smsEnrollVerify } from '../support/sms.ts';
import type { SmsBridge } from '../support/sms-bridge.ts';
import { bridgeSettings, startSmsBridge } from '../support/sms-bridge.ts';
import type { TwilioServer } from '../support/twilio-server.ts';
import { startTwilioServer, twilioSettings } from '../support/twilio-server.ts';

/** The sender the settings ask for, less patient. */
function senderBy(settings: Record<string, string>, timeoutMilliseconds: number, clock = new HandClock(start)): SmsSender {
  const { provider } = readConfig(settings).sms;
  if (provider === null) throw new Error('the settings name no provider');
  return createSmsSender({ ...provider, timeoutMilliseconds }, clock);
}

const noMail = createAbsentDelivery('no mail here');
let twilio: TwilioServer;
let harness: Harness;
beforeAll(async () => {
  twilio = await startTwilioServer();
  const sender = senderBy(twilioSettings(twilio), 2_000);
  harness = await openSmsHarness({ ports: { delivery: createDelivery(noMail, { sender, domain: null }) } });
});
afterAll(async () => {
  await harness.close();
  await twilio.close();
});
beforeEach(() => {
  twilio.mood = 'OK';
});

const codeTo = (number: string): string => {
  const text = twilio.received.findLast(({ to }) => to === number)?.body;
  return /^(\d{6}) is your Sallyport code\./.exec(text ?? '')?.[1] ?? `no code in ${text}`;
};
const failures = (): number => harness.logged.filter((line) => JSON.stringify(line).includes('a message was not delivered')).length;
const givenUp = (id: string) => query(harness, "select * from audit_events where user_id = $1 and kind = 'MESSAGE_GIVEN_UP'", [id]);

describe('by Twilio', () => {
  test('over REST the code in the text completes the login', async () => {
    const { mfaToken } = await forcedUser(harness, 'rest-text');
    const number = newNumber();
    const { otcToken } = (await smsEnroll(harness, { phoneNumber: number, mfaToken })).json();
    await harness.app.outbox.flush();
    expect((await smsEnrollVerify(harness, { otcToken, code: codeTo(number), mfaToken })).statusCode).toBe(201);
  });

  test('over GraphQL the code in the text completes the login', async () => {
    const { mfaToken } = await forcedUser(harness, 'graphql-text');
    const number = newNumber();
    const { otcToken } = await run(harness, documents.enrollSms, { mfaToken, phoneNumber: number });
    await harness.app.outbox.flush();
    const done = await run(harness, documents.verifySmsEnrollment, { mfaToken, otcToken, code: codeTo(number) });
    expect(done).toMatchObject({ __typename: 'VerifySmsEnrollmentSuccess' });
  });

  test.each(['SILENT', 'BROKEN', 'GARBAGE', 'PORTAL'] as const)(
    'R14 a provider that is %s delays the text, not the answer, and loses nothing',
    async (mood) => {
      const { id, mfaToken } = await forcedUser(harness, `r14-${mood.toLowerCase()}`);
      const number = newNumber();
      twilio.mood = mood;
      const failed = failures();
      const sent = await smsEnroll(harness, { phoneNumber: number, mfaToken });
      expect(sent.statusCode).toBe(201);
      if (mood === 'SILENT') expect(failures(), 'the provider is still being waited for').toBe(failed);
      await harness.app.outbox.flush();
      expect(twilio.received.some(({ to }) => to === number)).toBe(false);
      twilio.mood = 'OK';
      await harness.app.outbox.flush();
      expect(
        twilio.received.some(({ to }) => to === number),
        'not before the pause is over',
      ).toBe(false);
      harness.clock.advance({ seconds: 6 });
      await harness.app.outbox.flush();
      expect((await smsEnrollVerify(harness, { otcToken: sent.json().otcToken, code: codeTo(number), mfaToken })).statusCode).toBe(201);
      expect(await givenUp(id)).toEqual([]);
    },
  );

  test('a provider that is busy is left alone for as long as it asks', async () => {
    const { mfaToken } = await forcedUser(harness, 'busy');
    const number = newNumber();
    twilio.mood = 'BUSY';
    await smsEnroll(harness, { phoneNumber: number, mfaToken });
    await harness.app.outbox.flush();
    const asked = twilio.requests;
    harness.clock.advance({ seconds: 19 });
    await harness.app.outbox.flush();
    expect(twilio.requests).toBe(asked);
    twilio.mood = 'OK';
    harness.clock.advance({ seconds: 1 });
    await harness.app.outbox.flush();
    expect(codeTo(number)).toMatch(/^\d{6}$/);
  });

  test('a number refused for good is tried once, and ends as a dead letter and an event that names the request', async () => {
    const { id, tenantId, mfaToken } = await forcedUser(harness, 'dead-letter');
    const asked = twilio.requests;
    const sent = await smsEnroll(harness, { phoneNumber: '+14155552614', mfaToken });
    expect(sent.statusCode, 'the answer does not wait for the refusal').toBe(201);
    for (let flushed = 0; flushed < 3; flushed += 1) {
      await harness.app.outbox.flush();
      harness.clock.advance({ seconds: 60 });
    }
    expect(twilio.requests).toBe(asked + 1);
    const [event, ...others] = await givenUp(id);
    expect(others).toEqual([]);
    const requestId = sent.headers['frontegg-trace-id'];
    expect(event).toMatchObject({ strategy: 'SMS', reason: 'TWILIO_21614', tenant_id: tenantId, request_id: requestId, address: '203.0.113.7' });
    const letters = await query(harness, 'select * from outbox where given_up_at is not null');
    expect(letters.map((row) => [row.channel, (row.sealed as Uint8Array).length])).toEqual([['SMS', 0]]);
    expect(JSON.stringify(harness.logged)).not.toContain('14155552614');
  });

  test('a text nobody could deliver is given up when its code expires, with one event', async () => {
    const { id, mfaToken } = await forcedUser(harness, 'expired-letter');
    twilio.mood = 'BROKEN';
    await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken });
    for (let flushed = 0; flushed < 12; flushed += 1) {
      await harness.app.outbox.flush();
      harness.clock.advance({ seconds: 30 });
    }
    twilio.mood = 'OK';
    const received = twilio.received.length;
    await harness.app.outbox.flush();
    expect(twilio.received).toHaveLength(received);
    expect(await audited(harness, id, 'MESSAGE_GIVEN_UP', 'TWILIO_20500')).toBe(1);
    expect(await audited(harness, id, 'MESSAGE_GIVEN_UP')).toBe(1);
  });
});

test('a failure that comes after another process has delivered the text is no event', async () => {
  const sender: SmsSender = {
    async send({ id }) {
      await execute(late, 'update outbox set sent_at = created_at where id = $1', [id]);
      throw new DeliveryFailure('PROVIDER_SILENT', { final: true });
    },
  };
  const late = await openSmsHarness({ ports: { delivery: createDelivery(noMail, { sender, domain: null }) } });
  const { id, mfaToken } = await forcedUser(late, 'late-failure');
  expect((await smsEnroll(late, { phoneNumber: newNumber(), mfaToken })).statusCode).toBe(201);
  await late.app.outbox.flush();
  expect(await query(late, 'select * from outbox where sent_at is not null and given_up_at is null')).toHaveLength(1);
  expect(await audited(late, id, 'MESSAGE_GIVEN_UP')).toBe(0);
  await late.close();
});

describe('by a webhook', () => {
  const clock = new HandClock(start);
  let bridge: SmsBridge;
  let bridged: Harness;
  beforeAll(async () => {
    bridge = await startSmsBridge(clock.now);
    const sender = senderBy(bridgeSettings(bridge), 2_000, clock);
    bridged = await openSmsHarness({ clock, ports: { delivery: createDelivery(noMail, { sender, domain: 'login.acme.example' }) } });
  });
  afterAll(async () => {
    await bridged.close();
    await bridge.close();
  });

  test('a receiver that checks what it gets delivers the code, once though it was tried twice', async () => {
    const { mfaToken } = await forcedUser(bridged, 'webhook');
    const number = newNumber();
    bridge.status = 503;
    const { otcToken } = (await smsEnroll(bridged, { phoneNumber: number, mfaToken })).json();
    await bridged.app.outbox.flush();
    bridge.status = null;
    clock.advance({ seconds: 40 });
    await bridged.app.outbox.flush();
    expect(bridge.refused).toEqual([]);
    expect(bridge.received).toEqual([{ to: number, text: expect.stringMatching(/\n\n@login\.acme\.example #\d{6}$/) }]);
    const code = bridge.received[0]?.text.slice(0, 6);
    expect((await smsEnrollVerify(bridged, { otcToken, code, mfaToken })).statusCode).toBe(201);
  });
});

test('a provider of texts that is silent does not hold up e-mail', async () => {
  const mail: string[] = [];
  const sender = senderBy(twilioSettings(twilio), 1_500);
  const collecting = { email: { available: true } as const, send: async ({ to }: { to: string }) => void mail.push(to) };
  const both = await openSmsHarness({ ports: { delivery: createDelivery(collecting, { sender, domain: null }) } });
  const { email, mfaToken } = await forcedUser(both, 'both');
  twilio.mood = 'SILENT';
  await smsEnroll(both, { phoneNumber: newNumber(), mfaToken });
  await both.send({ method: 'POST', url: '/identity/resources/users/v1/passwords/reset', body: { email } });
  let over = false;
  const flushed = both.app.outbox.flush().then(() => {
    over = true;
  });
  await expect.poll(() => mail, { interval: 10 }).toEqual([email]);
  expect(over, 'the text is still waiting').toBe(false);
  await flushed;
  await both.close();
});
