import { beforeAll, describe, expect, test } from 'vitest';
import type { CodeMessage, Message } from '../../../src/domain/messaging/message.ts';
import type { Delivery } from '../../../src/domain/ports.ts';
import { codeIn, createUserInTenant, mfaTokenFor, setPolicy, setStrategy } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectRefusal, invalidCode, invalidMfaToken, invalidType, opaqueToken, refusal, tooMany } from '../../support/rest.ts';
import { enrolled, expectTextsRequired, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/mfa/emailcode';
const mail: Message[] = [];
const isCode = (message: Message): message is CodeMessage => message.template === 'MFA_CODE';
let available = true;
const delivery: Delivery = {
  get email() {
    return available ? ({ available } as const) : ({ available, reason: 'the mail server went away' } as const);
  },
  sms: { available: false, reason: 'no provider' },
  send: async (message) => void mail.push(message),
};
const harness = useHarness(() => openHarness({ ports: { delivery } }));
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const send = (body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(body === undefined ? {} : { body }) });
const mailTo = (email: string) => mail.filter(isCode).filter((message) => message.to === email);

describe('sending a code', () => {
  test('answers 201 with an otcToken and nothing else, and mails six digits', async () => {
    const user = await unenrolled(harness, 'sent');
    const answer = await send({ mfaToken: user.mfaToken, extra: 1 }, { authorization: 'Bearer x', 'frontegg-tenant-id': 'a,b' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ otcToken: expect.stringMatching(opaqueToken) });
    expect(answer.headers['cache-control']).toBe('no-store');
    await harness.app.outbox.flush();
    expect(mailTo(user.email)).toEqual([expect.objectContaining({ code: expect.stringMatching(/^[0-9]{6}$/), lifetimeSeconds: 300 })]);
    expect(answer.body).not.toContain(codeIn(mailTo(user.email)[0]));
  });

  test('serves enrolled users as well, and again gives a new otcToken while the old one dies', async () => {
    const user = await enrolled(harness, 'again');
    const first = (await send({ mfaToken: user.mfaToken })).json();
    await harness.app.outbox.flush();
    const oldCode = codeIn(mailTo(user.email).at(-1));
    const second = (await send({ mfaToken: user.mfaToken })).json();
    await harness.app.outbox.flush();
    const newCode = codeIn(mailTo(user.email).at(-1));
    expect(second.otcToken).not.toBe(first.otcToken);
    const verify = (otcToken: string, code: string | undefined) =>
      call(harness, 'POST', `${path}/verify`, { body: { otcToken, code, mfaToken: user.mfaToken } });
    expectRefusal(await verify(first.otcToken, oldCode), 400, invalidCode, 'the old pair');
    expectRefusal(await verify(first.otcToken, newCode), 400, invalidCode, 'the new code with the old token');
    expect((await verify(second.otcToken, newCode)).statusCode).toBe(201);
  });
});

describe('refusals', () => {
  test('mfaToken is required text; an unknown or expired one answers 401', async () => {
    await expectTextsRequired(send, ['mfaToken']);
    expectRefusal(await send({ mfaToken: 'unknown' }), 401, invalidMfaToken);
    const { mfaToken } = await unenrolled(harness, 'expired');
    harness.clock.advance({ seconds: 600 });
    expectRefusal(await send({ mfaToken }), 401, invalidMfaToken);
  });

  test('where e-mail codes are off, in the environment or in the tenant entered, 400 and no mail', async () => {
    const user = await unenrolled(harness, 'off');
    await setStrategy(harness, 'EmailCode', false, user.tenantId);
    expectRefusal(await send({ mfaToken: user.mfaToken }), 400, invalidType);
    await setStrategy(harness, 'EmailCode', true, user.tenantId);
    await setStrategy(harness, 'EmailCode', false);
    expectRefusal(await send({ mfaToken: user.mfaToken }), 400, invalidType);
    await setStrategy(harness, 'EmailCode', true);
    await harness.app.outbox.flush();
    expect(mailTo(user.email)).toEqual([]);
    expect((await send({ mfaToken: user.mfaToken })).statusCode).toBe(201);
  });

  test('five codes in fifteen minutes for a user, over all logins; then 429 with the time to wait', async () => {
    const user = await createUserInTenant(harness, 'limit');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    for (let count = 1; count <= 5; count += 1) {
      expect((await send({ mfaToken: await mfaTokenFor(harness, user.email) })).statusCode, `${count}`).toBe(201);
      harness.clock.advance({ seconds: 60 });
    }
    const mfaToken = await mfaTokenFor(harness, user.email);
    const limited = await send({ mfaToken });
    expectRefusal(limited, 429, tooMany);
    expect(limited.headers['retry-after']).toBe('600');
    expect(limited.headers['x-rate-limit-reset']).toBe(new Date(harness.clock.now().getTime() + 600_000).toISOString());
    harness.clock.advance({ seconds: 599 });
    expect((await send({ mfaToken })).statusCode).toBe(429);
    harness.clock.advance({ seconds: 1 });
    expectRefusal(await send({ mfaToken }), 401, invalidMfaToken, 'the mfaToken has gone by now');
    expect((await send({ mfaToken: await mfaTokenFor(harness, user.email) })).statusCode).toBe(201);
  });

  test('when mail cannot be sent any more, 503', async () => {
    const user = await unenrolled(harness, 'no-mail');
    available = false;
    try {
      expectRefusal(await send({ mfaToken: user.mfaToken }), 503, refusal('Email could not be sent'));
    } finally {
      available = true;
    }
    expect((await send({ mfaToken: user.mfaToken })).statusCode).toBe(201);
  });
});
