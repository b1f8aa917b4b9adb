import { expect } from 'vitest';
import type { TestUser } from './builders.ts';
import { createUserInTenant, enroll, setPolicy } from './builders.ts';
import type { Harness } from './harness.ts';
import { answerTotp, signInOverPages } from './oauth.ts';
import type { Filled, Shown, UserAgent } from './user-agent.ts';
import { createUserAgent } from './user-agent.ts';

/** Somebody who looks at the own account in a browser without scripts. */
export interface Visitor extends TestUser {
  agent: UserAgent;
  /** Goes to a part of the account page. */
  go(part?: string): Promise<Shown>;
  /** Sends the form of a page that leads to this part, or the only one of the page. */
  send(page: Shown, filled?: Filled, to?: string): Promise<Shown>;
}

const pathOf = (part: string): string => `/oauth/account${part === '' ? '' : `/${part}`}`;

/** The account page in a new browser of a user. Nobody has signed in there yet. */
export function visitorOf(harness: Harness, user: TestUser, agent = createUserAgent(harness)): Visitor {
  return {
    ...user,
    agent,
    go: (part = '') => agent.open(pathOf(part), { 'sec-fetch-site': 'same-origin' }),
    send(page, filled = {}, to = undefined) {
      const form = page.forms.find(({ method, action }) => method === 'post' && (to === undefined || action.includes(pathOf(to))));
      if (form === undefined) throw new Error(`no form to ${to} at ${page.url}: ${page.heading}`);
      return agent.submit(page, form, filled);
    },
  };
}

/** A user without a second factor who has just signed in to see the account. */
export async function visitor(harness: Harness, name: string): Promise<Visitor> {
  const found = visitorOf(harness, await createUserInTenant(harness, name));
  const page = await found.go();
  expect(page.heading).toBe('Sign in');
  expect((await signInOverPages(found.agent, page, found.email)).heading).toBe('Your account');
  return found;
}

/** A user with an authenticator app who has just signed in by it to see the account. */
export async function visitorWithApp(harness: Harness, name: string): Promise<Visitor & { secret: string }> {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const { secret } = await enroll(harness, user.email);
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
  const found = visitorOf(harness, user);
  const asked = await signInOverPages(found.agent, await found.go(), user.email);
  const page = asked.heading === 'Your account' ? asked : await answerTotp(harness, found.agent, asked, secret);
  expect(page.heading).toBe('Your account');
  harness.clock.advance({ seconds: 30 });
  return { ...found, secret };
}

/** Answers the page that asks for the factor again. */
export async function confirm(harness: Harness, { agent, secret }: { agent: UserAgent; secret: string }, page: Shown): Promise<Shown> {
  expect(page.heading).toBe('Confirm that it is you');
  const shown = await answerTotp(harness, agent, page, secret);
  harness.clock.advance({ seconds: 30 });
  return shown;
}

/** What a page says has worked. Null if it says nothing. */
export const noticeOf = ({ html }: Shown): string | null => /role="status"><p>(.*?)<\/p>/.exec(html)?.[1] ?? null;

/** The codes that a page shows once. */
export const codesIn = ({ html }: Shown): string[] => html.match(/\b(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}\b/g) ?? [];

/** The address of the first link with this text, from the page's own root. */
export function linkTo({ html }: Shown, words: string): string {
  const [, href] = new RegExp(`<a[^>]* href="([^"]+)"[^>]*>(?:<[^>]+>)?${words}`).exec(html) ?? [];
  if (href === undefined) throw new Error(`no link "${words}"`);
  return href.replaceAll('&amp;', '&');
}
