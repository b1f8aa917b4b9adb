import type { LightMyRequestResponse } from 'fastify';
import { asEnvironment, cookiesOf, expectStatus } from './builders.ts';
import type { Harness } from './harness.ts';
import { call } from './rest.ts';

/** Changes core settings over REST. */
export async function setCore(harness: Harness, body: object): Promise<void> {
  expectStatus(await call(harness, 'POST', '/configurations/v1', { headers: await asEnvironment(harness), body }), 201);
}

export const sendMagicLink = (harness: Harness, body: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/auth/v1/passwordless/magiclink/prelogin', { body, headers });

export const logInByLink = (harness: Harness, token: unknown, cookie?: string): Promise<LightMyRequestResponse> =>
  call(harness, 'POST', '/auth/v1/passwordless/magiclink/postlogin', { body: { token }, ...(cookie === undefined ? {} : { cookie }) });

/** The newest link in a mailbox. */
export async function mailedLink(harness: Harness, email: string): Promise<URL> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && candidate.template === 'MAGIC_LINK');
  if (message?.template !== 'MAGIC_LINK') throw new Error(`no link to ${email}`);
  return new URL(message.link);
}

/** The token of a link in the mailbox, and the cookie of the browser that asked for it. */
export async function magicLinkFor(harness: Harness, email: string): Promise<{ cookie: string; token: string }> {
  const sent = await sendMagicLink(harness, { email });
  expectStatus(sent, 200);
  return { cookie: cookiesOf(sent), token: (await mailedLink(harness, email)).searchParams.get('token') ?? '' };
}
