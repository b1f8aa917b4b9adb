import type { LightMyRequestResponse } from 'fastify';
import { createUserInTenant, expectStatus, identity, logIn, setPolicy, setStrategy } from './builders.ts';
import type { Harness, HarnessOptions } from './harness.ts';
import { openHarness } from './harness.ts';

let numbers = 0;
/** A British mobile number nobody else in this process has. */
export const newNumber = (): string => `+447400${String(100_000 + ++numbers)}`;

export const masked = (number: string): string => `${number.slice(0, 3)}${'*'.repeat(number.length - 7)}${number.slice(-4)}`;

/** The whole app with text messages that can be sent, and SMS switched on. */
export async function openSmsHarness(options: HarnessOptions = {}, open = openHarness): Promise<Harness> {
  const harness = await open({ sms: true, ...options });
  await setStrategy(harness, 'SMS', true);
  return harness;
}

/** Texts sent to a number so far, oldest first. */
export async function textsTo(harness: Harness, number: string): Promise<string[]> {
  await harness.app.outbox.flush();
  return harness.mail.flatMap((message) => (message.template === 'SMS_CODE' && message.to === number ? [message.code] : []));
}

/** The code of the newest text to a number. */
export async function textedCode(harness: Harness, number: string): Promise<string> {
  const code = (await textsTo(harness, number)).at(-1);
  if (code === undefined) throw new Error(`no text to ${number}`);
  return code;
}

/** Another code of six digits. */
export const anotherCode = (code: string, more = 1): string => String((Number(code) + more) % 1_000_000).padStart(6, '0');

const post = (harness: Harness, path: string, body: object): Promise<LightMyRequestResponse> =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/sms${path}`, body });

export const smsEnroll = (harness: Harness, body: object) => post(harness, '/enroll', body);
export const smsEnrollVerify = (harness: Harness, body: object) => post(harness, '/enroll/verify', body);
export const smsSend = (harness: Harness, deviceId: string, body: object) => post(harness, `/${deviceId}`, body);
export const smsVerify = (harness: Harness, deviceId: string, body: object) => post(harness, `/${deviceId}/verify`, body);

export interface PhoneUser {
  id: string;
  email: string;
  tenantId: string;
  number: string;
  deviceId: string;
  recoveryCode: string;
  accessToken: string;
}

/** A user who has to enroll, with the outstanding login. */
export async function forcedUser(harness: Harness, name: string) {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  return { ...user, ...(await outstanding(harness, user.email)) };
}

/** A new login that asks for a second factor. */
export async function outstanding(harness: Harness, email: string): Promise<{ mfaToken: string; phones: { id: string; phoneNumber: string }[] }> {
  const answer = await logIn(harness, email);
  expectStatus(answer, 200);
  const { mfaToken, mfaDevices } = answer.json();
  return { mfaToken, phones: mfaDevices?.phones ?? [] };
}

/** A user with a phone as the only factor; a minute passes, so that codes may be sent again. */
export async function phoneUser(harness: Harness, name: string): Promise<PhoneUser> {
  const { mfaToken, ...user } = await forcedUser(harness, name);
  const number = newNumber();
  const sent = await smsEnroll(harness, { phoneNumber: number, mfaToken });
  expectStatus(sent, 201);
  const code = await textedCode(harness, number);
  const done = await smsEnrollVerify(harness, { otcToken: sent.json().otcToken, code, mfaToken });
  expectStatus(done, 201);
  harness.clock.advance({ seconds: 60 });
  const { phones } = await outstanding(harness, user.email);
  const { recoveryCode, accessToken } = done.json();
  return { id: user.id, email: user.email, tenantId: user.tenantId, number, deviceId: phones[0]?.id ?? '', recoveryCode, accessToken };
}

/** Sends a code for a login and answers what is needed to verify it. */
export async function sentCode(harness: Harness, { deviceId, number }: Pick<PhoneUser, 'deviceId' | 'number'>, mfaToken: string) {
  const sent = await smsSend(harness, deviceId, { mfaToken });
  expectStatus(sent, 201);
  const { otcToken } = sent.json<{ otcToken: string }>();
  return { otcToken, mfaToken, code: await textedCode(harness, number) };
}

/** Adds a phone over REST with the token the user has; a minute passes. */
export async function addPhone(harness: Harness, { accessToken, number: first }: Pick<PhoneUser, 'accessToken' | 'number'>, number = newNumber()) {
  if (number === first) throw new Error('the phone is there already');
  const headers = { authorization: `Bearer ${accessToken}` };
  const base = `${identity}/users/v1/mfa`;
  const sent = await harness.send({ method: 'POST', url: `${base}/sms/enroll`, headers, body: { phoneNumber: number } });
  expectStatus(sent, 200);
  const body = { otcToken: sent.json().otcToken, code: await textedCode(harness, number) };
  expectStatus(await harness.send({ method: 'POST', url: `${base}/sms/enroll/verify`, headers, body }), 200);
  harness.clock.advance({ seconds: 60 });
  const { phones } = (await harness.send({ url: `${base}/devices`, headers })).json<{ phones: { id: string }[] }>();
  return { number, deviceId: phones.at(-1)?.id ?? '' };
}
