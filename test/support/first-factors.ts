import type { LightMyRequestResponse } from 'fastify';
import { asEnvironment, codeIn, cookiesOf, expectStatus } from './builders.ts';
import { execute } from './database.ts';
import type { Harness } from './harness.ts';
import { call } from './rest.ts';

/** Switches login by e-mail code on or off. */
export async function setEmailCodeLogin(harness: Harness, on: boolean): Promise<void> {
  const headers = await asEnvironment(harness);
  expectStatus(await call(harness, 'POST', '/configurations/v1', { headers, body: { authStrategy: on ? 'Code' : 'EmailAndPassword' } }), 201);
}

export const sendLoginCode = (harness: Harness, body: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/auth/v1/passwordless/code/prelogin', { body, headers });

export const logInByCode = (harness: Harness, token: unknown, cookie?: string): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/auth/v1/passwordless/code/postlogin', { body: { token }, ...(cookie === undefined ? {} : { cookie }) });

/** A code in the mailbox, and the cookie of the browser that asked for it. */
export async function loginCodeFor(harness: Harness, email: string): Promise<{ cookie: string; code: string }> {
  const sent = await sendLoginCode(harness, { email });
  expectStatus(sent, 201);
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && candidate.template === 'LOGIN_CODE');
  return { cookie: cookiesOf(sent), code: codeIn(message) };
}

export const otherCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** What the environment gets to bring to the user's mailbox. */
export async function activationFor(harness: Harness, userId: string): Promise<{ userId: string; token: string; link: string }> {
  const headers = await asEnvironment(harness);
  const answer = await call(harness, 'POST', `/users/v1/${userId}/links/generate-activation-token`, { headers });
  expectStatus(answer, 201);
  return answer.json();
}

/** Sets what mails ask for that activate accounts or invite users. */
export async function setMailStrategy(harness: Harness, mail: 'activation' | 'invitation', body: object): Promise<void> {
  const headers = await asEnvironment(harness);
  expectStatus(await call(harness, 'POST', `/configurations/v1/${mail}/strategies`, { headers, body }), 200);
}

/** What the newest mail with a link to an address carries. The code is one that is wrong if there is none. */
export async function mailedLinkTo(harness: Harness, email: string): Promise<{ userId: string; token: string; code: string }> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && 'link' in candidate);
  const { searchParams } = new URL(message !== undefined && 'link' in message ? message.link : 'https://no.link.example');
  const code = message !== undefined && 'link' in message ? message.linkCode : null;
  return { userId: searchParams.get('userId') ?? 'x', token: searchParams.get('token') ?? 'x', code: code ?? '000000' };
}

/** A mail with a code that activates the account of somebody, who may have been verified before. */
export async function activationCodeFor(harness: Harness, { id, email }: { id: string; email: string }) {
  const [before] = await harness.app.store.users.findMany([id]);
  await setMailStrategy(harness, 'activation', { strategy: 'code' });
  await execute(harness, `update users set verified = false where id = '${id}'`);
  expectStatus(await call(harness, 'POST', '/users/v1/activate/reset', { body: { email } }), 201);
  if (before?.verified) await execute(harness, `update users set verified = true where id = '${id}'`);
  await setMailStrategy(harness, 'activation', { strategy: 'link' });
  return mailedLinkTo(harness, email);
}

export const activate = (harness: Harness, body: unknown, cookie?: string): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/users/v1/activate', { body, ...(cookie === undefined ? {} : { cookie }) });

export const requestReset = (harness: Harness, body: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/users/v1/passwords/reset', { body, headers });

export const resetPassword = (harness: Harness, body: unknown): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/users/v1/passwords/reset/verify', { body });

/** The link of the newest reset message to an address. */
export async function mailedResetLink(harness: Harness, email: string): Promise<string> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && candidate.template === 'PASSWORD_RESET');
  return message?.template === 'PASSWORD_RESET' ? message.link : '';
}

/** Asks for a reset and reads what the link carries. */
export async function resetTokenFor(harness: Harness, email: string): Promise<{ userId: string; token: string }> {
  expectStatus(await requestReset(harness, { email }), 201);
  const { searchParams } = new URL(await mailedResetLink(harness, email));
  return { userId: searchParams.get('userId') ?? '', token: searchParams.get('token') ?? '' };
}

/** A new, unverified user without a password. */
export async function createInvited(harness: Harness, tenantId: string, more: object = {}): Promise<{ id: string; email: string }> {
  const email = `invited-${tenantId}@acme.example`;
  const headers = await asEnvironment(harness);
  const answer = await call(harness, 'POST', '/vendor-only/users/v1', { headers, body: { email, tenantId, ...more } });
  expectStatus(answer, 201);
  return { id: answer.json<{ id: string }>().id, email };
}
