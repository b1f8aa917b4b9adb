import type { FronteggApiClient } from '@frontegg/rest-api';
import { ContextHolder, createApiClient } from '@frontegg/rest-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUserInTenant, password, setPolicy } from '../support/builders.ts';
import { anotherCode, masked, newNumber, openSmsHarness, textedCode } from '../support/sms.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Browser } from './browser.ts';
import { openBrowser } from './browser.ts';

/** Every method for phones of the npm client as published. */
const harness = useHarness(openSmsHarness);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(harness);
});
afterAll(() => browser.close());

const recoveryCode = /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/;

/** A fresh browser with the client in it, in front of a user of a tenant that enforces as told. */
async function visitor(tenantId: string, enforceMFAType: string): Promise<{ client: FronteggApiClient; email: string }> {
  const { email } = await createUserInTenant(harness, tenantId);
  await setPolicy(harness, { enforceMFAType }, tenantId);
  browser.forget();
  ContextHolder.for(tenantId).setContext({ baseUrl: browser.baseUrl });
  return { client: createApiClient(tenantId), email };
}

/** What the client keeps of an outstanding login; it types the list of devices nowhere. */
interface Outstanding {
  mfaToken: string;
  mfaEnrolled: boolean;
  mfaStrategies: string[];
  mfaDevices: { phones: { id: string; phoneNumber: string }[] };
}
const outstanding = async ({ auth }: FronteggApiClient, email: string): Promise<Outstanding> =>
  (await auth.loginv2({ email, password })).user as unknown as Outstanding;

it('is forced to enroll a phone, then verifies it at the next login', async () => {
  const { client, email } = await visitor('sms-forced', 'Force');
  const { auth } = client;
  const first = await outstanding(client, email);
  expect(first.mfaStrategies).toContain('SMS');
  const { mfaToken } = first;
  const phoneNumber = newNumber();
  await expect(auth.preEnrollMFASMSForLogin({ mfaToken, phoneNumber: '12345' })).rejects.toMatchObject({
    statusCode: 400,
    errorCode: 'ER-7e7c6aa82d',
    message: 'phoneNumber must be a valid phone number',
  });
  const begun = await auth.preEnrollMFASMSForLogin({ mfaToken, phoneNumber });
  expect(begun).toEqual({ otcToken: expect.any(String), phoneNumber });
  const code = await textedCode(harness, phoneNumber);
  const answer = { mfaToken, otcToken: begun.otcToken, code: anotherCode(code), rememberDevice: false };
  await expect(auth.enrollMFASMSForLoginV2(answer)).rejects.toMatchObject({ errorCode: 'ER-01011', message: 'Invalid code' });
  const { user } = await auth.enrollMFASMSForLoginV2({ ...answer, code });
  expect(user).toMatchObject({ email, mfaRequired: false, recoveryCode: expect.stringMatching(recoveryCode) });

  harness.clock.advance({ seconds: 30 });
  const next = await outstanding(client, email);
  expect(next.mfaEnrolled).toBe(true);
  const [phone] = next.mfaDevices.phones;
  expect(phone?.phoneNumber).toBe(masked(phoneNumber));
  const sent = await auth.preVerifyMFASMSForLogin(phone?.id ?? '', { mfaToken: next.mfaToken });
  expect(sent).toEqual({ otcToken: expect.any(String), phoneNumber: masked(phoneNumber) });
  await expect(auth.preVerifyMFASMSForLogin(phone?.id ?? '', { mfaToken: next.mfaToken })).rejects.toMatchObject({ statusCode: 429 });
  const proof = { mfaToken: next.mfaToken, otcToken: sent.otcToken, code: await textedCode(harness, phoneNumber), rememberDevice: false };
  const again = await auth.verifyMFASMSForLoginV2(phone?.id ?? '', proof);
  expect(again.user).toMatchObject({ email, amr: expect.arrayContaining(['mfa', 'sms']) });
  expect(again.user).not.toHaveProperty('recoveryCode');
});

it('does the same by the older methods', async () => {
  const { client, email } = await visitor('sms-older', 'Force');
  const { auth } = client;
  const { mfaToken } = await outstanding(client, email);
  const phoneNumber = newNumber();
  const { otcToken } = await auth.preEnrollMFASMSForLogin({ mfaToken, phoneNumber });
  const code = await textedCode(harness, phoneNumber);
  expect(await auth.enrollMFASMSForLogin({ mfaToken, otcToken, code })).toMatchObject({ mfaRequired: false, accessToken: expect.any(String) });
  harness.clock.advance({ seconds: 30 });
  const next = await outstanding(client, email);
  const id = next.mfaDevices.phones[0]?.id ?? '';
  const sent = await auth.preVerifyMFASMSForLogin(id, { mfaToken: next.mfaToken });
  const proof = { mfaToken: next.mfaToken, otcToken: sent.otcToken, code: await textedCode(harness, phoneNumber) };
  expect(await auth.verifyMFASMSForLogin(id, proof)).toMatchObject({ mfaRequired: false, accessToken: expect.any(String) });
});

it('adds two phones in the portal, removes one without a code and the last with one', async () => {
  const { client, email } = await visitor('sms-portal', 'DontForce');
  const { auth } = client;
  const { user } = await auth.loginv2({ email, password });
  ContextHolder.for('sms-portal').setAccessToken(user.accessToken);
  const numbers = [newNumber(), newNumber()];
  const shown: unknown[] = [];
  for (const phoneNumber of numbers) {
    const { otcToken } = await auth.preEnrollMFASMS({ phoneNumber });
    shown.push(await auth.enrollMFASMS({ otcToken, code: await textedCode(harness, phoneNumber) }));
    harness.clock.advance({ seconds: 30 });
  }
  expect(shown).toEqual([{ recoveryCode: expect.stringMatching(recoveryCode) }, {}]);
  const { phones } = await auth.getMFADevices();
  expect(phones.map(({ phoneNumber }) => phoneNumber)).toEqual(numbers.map(masked));
  const [first = { id: '' }, second = { id: '' }] = phones;
  await auth.disableMFASMS(second.id, {});
  await expect(auth.disableMFASMS(first.id, {})).rejects.toMatchObject({ statusCode: 400 });
  const { otcToken, phoneNumber } = await auth.preDisableMFASMS(first.id);
  expect(phoneNumber).toBe(masked(numbers[0] ?? ''));
  await auth.disableMFASMS(first.id, { otcToken, code: await textedCode(harness, numbers[0] ?? '') });
  expect(await auth.getMFADevices()).toEqual({ webauthn: [], phones: [], authenticators: [], emails: [] });
});
