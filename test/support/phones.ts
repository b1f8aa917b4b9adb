import type { LightMyRequestResponse } from 'fastify';
import { asEnvironment, cookiesOf, expectStatus } from './builders.ts';
import type { Harness } from './harness.ts';
import { setCore } from './passwordless.ts';
import { call } from './rest.ts';
import { newNumber, textedCode } from './sms.ts';

/** Gives somebody a phone to log in by, for which the environment vouches. */
export async function givePhone(harness: Harness, userId: string, number = newNumber()): Promise<{ id: string; number: string }> {
  const headers = await asEnvironment(harness);
  const answer = await call(harness, 'POST', `/users/phone-numbers/v1/vendor/${userId}`, { headers, body: { phoneNumber: number } });
  expectStatus(answer, 201);
  return { id: answer.json<{ id: string }>().id, number };
}

export const sendSmsLogin = (harness: Harness, body: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/auth/v1/passwordless/smscode/prelogin', { body, headers });

export const logInBySms = (harness: Harness, token: unknown, cookie?: string): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/auth/v1/passwordless/smscode/postlogin', { body: { token }, ...(cookie === undefined ? {} : { cookie }) });

/** A code on the phone of somebody, and the cookie of the browser that asked for it. */
export async function smsLoginFor(harness: Harness, email: string, number: string): Promise<{ cookie: string; code: string }> {
  const sent = await sendSmsLogin(harness, { email });
  expectStatus(sent, 201);
  return { cookie: cookiesOf(sent), code: await textedCode(harness, number) };
}

/** Goes a way while the environment offers codes by text message in place of those by e-mail. */
export async function underSmsCode<T>(harness: Harness, enter: () => Promise<T>): Promise<T> {
  await setCore(harness, { authStrategy: 'SmsCode' });
  try {
    return await enter();
  } finally {
    await setCore(harness, { authStrategy: 'Code' });
  }
}
