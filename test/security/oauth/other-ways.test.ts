import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, expectStatus, identity, mailedCode } from '../../support/builders.ts';
import type { Parameters } from '../../support/oauth.ts';
import { answerOf, authorize, codeOf, exchange, newRequest, openHostedLogin, signInOverPages, tokensIn } from '../../support/oauth.ts';
import { setPasskeys } from '../../support/passkeys.ts';
import { mailedLink } from '../../support/passwordless.ts';
import { createForcedUser, refreshCookie } from '../../support/requests.ts';
import { claimsOf } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { Shown, UserAgent } from '../../support/user-agent.ts';
import { createUserAgent, formWith } from '../../support/user-agent.ts';

const harness = useHarness();
const setLogin = async (authStrategy: 'Code' | 'MagicLink' | 'EmailAndPassword' | 'NoLocalAuthentication'): Promise<void> => {
  const headers = await asEnvironment(harness);
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/configurations/v1`, headers, body: { authStrategy } }), 201);
};
/** Allows sign-ups and passkeys, or neither. */
const allowEverything = async (allowed: boolean): Promise<void> => {
  const headers = await asEnvironment(harness);
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/configurations/v1`, headers, body: { allowSignups: allowed } }), 201);
  await setPasskeys(harness, allowed);
};
beforeAll(async () => {
  await openHostedLogin(harness);
  await setLogin('Code');
});

const begin = async (parameters: Parameters = {}) => {
  const agent = createUserAgent(harness);
  const asked = newRequest({ parameters });
  return { agent, asked, page: await authorize(agent, asked) };
};
const askForCode = (agent: UserAgent, page: Shown, email: string): Promise<Shown> =>
  agent.submit(page, formWith(page, 'password'), { email, password: '', action: 'sendCode' });
const giveCode = (agent: UserAgent, page: Shown, code: string): Promise<Shown> => agent.submit(page, formWith(page, 'code'), { code });

describe('a code by e-mail in place of the password', () => {
  test('signs in the browser that asked for it, typed with a blank and a hyphen as well, and no address of a page names anybody', async () => {
    const { id, email } = await createUserInTenant(harness, 'by-code');
    const { agent, asked, page } = await begin();
    const waiting = await askForCode(agent, page, email);
    expect(waiting.url.href).not.toContain('by-code');
    const code = await mailedCode(harness, email);
    const stranger = await begin();
    const theirs = await giveCode(stranger.agent, await askForCode(stranger.agent, stranger.page, 'nobody@acme.example'), code);
    expect([theirs.left, stranger.agent.cookies.has(refreshCookie)]).toEqual([null, false]);
    const shown = await giveCode(agent, waiting, `${code.slice(0, 3)} -${code.slice(3)}`);
    const claims = claimsOf(tokensIn(await exchange(harness, asked, codeOf(shown))).id_token);
    expect(claims).toMatchObject({ sub: id, nonce: asked.nonce });
    expect(claims).not.toHaveProperty('acr');
  });

  test('says the same for an address that nobody has, and a wrong code stays at the page of the code', async () => {
    const { email } = await createUserInTenant(harness, 'known-address');
    const pages = await Promise.all(
      [email, 'nobody-at-all@acme.example'].map(async (address) => {
        const { agent, page } = await begin();
        const waiting = await askForCode(agent, page, address);
        const wrong = await giveCode(agent, waiting, '000000');
        return [waiting, wrong].map(({ status, heading, alert, url }) => ({ status, heading, alert, path: url.pathname }));
      }),
    );
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]?.[1]).toMatchObject({ path: '/oauth/account/login', alert: expect.stringMatching(/./) });
  });

  test('is a first factor only: whom a policy asks for more enrolls a second one', async () => {
    const { email } = await createForcedUser(harness, 'code-and-more');
    const { agent, page } = await begin();
    const shown = await giveCode(agent, await askForCode(agent, page, email), await mailedCode(harness, email));
    expect([shown.left, shown.url.pathname]).toEqual([null, '/oauth/account/mfa/enroll']);
  });

  test('enters the tenant that the application names, and is refused where that is none of the person', async () => {
    const { email, tenantId } = await createUserInTenant(harness, 'code-tenant');
    await createUserInTenant(harness, 'code-other');
    const mine = await begin({ tenantId });
    const shown = await giveCode(mine.agent, await askForCode(mine.agent, mine.page, email), await mailedCode(harness, email));
    expect(claimsOf(tokensIn(await exchange(harness, mine.asked, codeOf(shown))).access_token)).toMatchObject({ tenantId });
    const other = await begin({ tenantId: 'code-other' });
    const refused = await giveCode(other.agent, await askForCode(other.agent, other.page, email), await mailedCode(harness, email));
    expect([refused.left, refused.alert]).toEqual([null, expect.stringMatching(/./)]);
  });

  test('is not offered where the environment logs in by password alone, and does nothing there', async () => {
    await setLogin('EmailAndPassword');
    const { email } = await createUserInTenant(harness, 'no-code');
    const { agent, page } = await begin();
    expect(page.html).not.toContain('sendCode');
    const before = harness.mail.length;
    const shown = await askForCode(agent, page, email);
    await harness.app.outbox.flush();
    expect([shown.left, shown.status < 500, harness.mail.length]).toEqual([null, true, before]);
    codeOf(await signInOverPages(agent, await agent.open(shown.url), email));
    await setLogin('Code');
  });
});

test('who goes back without signing in is sent to the application with its state, which learns that and nothing else', async () => {
  const { agent, asked, page } = await begin({ state: 'a b&c' });
  const left = await agent.submit(page, formWith(page, 'action', 'leave'), { action: 'leave' });
  expect(Object.fromEntries(answerOf(left))).toEqual({
    ...{ error: 'access_denied', error_description: expect.stringMatching(/./), state: 'a b&c' },
    iss: 'https://id.acme.example',
  });
  expect(left.left?.href.startsWith(asked.redirectUri)).toBe(true);
  expect((await agent.open(page.url)).heading).not.toBe(page.heading);
});

describe('a link by e-mail in place of the password', () => {
  beforeAll(() => setLogin('MagicLink'));
  const askForLink = (agent: UserAgent, page: Shown, email: string): Promise<Shown> =>
    agent.submit(page, formWith(page, 'password'), { email, password: '', action: 'sendLink' });

  test('leads back to the sign-in that asked for it, and signs in by a click there', async () => {
    const { id, email } = await createUserInTenant(harness, 'by-link');
    const { agent, asked, page } = await begin();
    const waiting = await askForLink(agent, page, email);
    expect(waiting.url.href).not.toContain('by-link');
    const link = await mailedLink(harness, email);
    const opened = await agent.open(link);
    expect([opened.url.pathname, opened.url.href.includes(link.searchParams.get('token') ?? '-')]).toEqual(['/oauth/account/login', false]);
    const shown = await agent.submit(opened, formWith(opened, 'action', 'link'));
    expect(claimsOf(tokensIn(await exchange(harness, asked, codeOf(shown))).id_token)).toMatchObject({ sub: id, nonce: asked.nonce });
  });

  test('opened by anybody else it spends nothing and says where to go on, also in a browser that asked for a link of its own', async () => {
    const { email } = await createUserInTenant(harness, 'link-elsewhere');
    const mine = await begin();
    await askForLink(mine.agent, mine.page, email);
    const link = await mailedLink(harness, email);
    const stranger = createUserAgent(harness);
    const told = await stranger.open(link);
    expect([told.status, told.url.pathname, stranger.cookies.has(refreshCookie)]).toEqual([400, '/oauth/account/error', false]);
    // Somebody mails a link of their own account, so that the reader uses that account without noticing.
    const victim = await begin();
    await askForLink(victim.agent, victim.page, (await createUserInTenant(harness, 'link-victim')).email);
    const lured = await victim.agent.open(link);
    const refused = await victim.agent.submit(lured, formWith(lured, 'action', 'link'));
    expect([refused.left, refused.alert, victim.agent.cookies.has(refreshCookie)]).toEqual([null, expect.stringContaining('browser'), false]);
    const opened = await mine.agent.open(link);
    codeOf(await mine.agent.submit(opened, formWith(opened, 'action', 'link')));
  });

  test('says the same for an address that nobody has', async () => {
    const { email } = await createUserInTenant(harness, 'link-known');
    const pages = await Promise.all(
      [email, 'nobody-by-link@acme.example'].map(async (address) => {
        const { agent, page } = await begin();
        const { status, heading, alert, html } = await askForLink(agent, page, address);
        return { status, heading, alert, says: html.includes('on its way') };
      }),
    );
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]).toMatchObject({ says: true });
  });

  test('is a first factor only: whom a policy asks for more enrolls a second one', async () => {
    const { email } = await createForcedUser(harness, 'link-and-more');
    const { agent, page } = await begin();
    await askForLink(agent, page, email);
    const opened = await agent.open(await mailedLink(harness, email));
    const shown = await agent.submit(opened, formWith(opened, 'action', 'link'));
    expect([shown.left, shown.url.pathname]).toEqual([null, '/oauth/account/mfa/enroll']);
  });
});

test('while no way of this server is admitted, the sign-in page says so, asks for nothing and offers nothing', async () => {
  const { email } = await createUserInTenant(harness, 'no-way');
  const earlier = await begin();
  await allowEverything(true);
  await setLogin('NoLocalAuthentication');
  try {
    const { page } = await begin();
    expect(page).toMatchObject({ status: 200, heading: 'Sign in' });
    expect(page.html).toContain('Nobody signs in on this page');
    for (const offered of ['type="password"', 'name="email"', 'data-passkey', 'forgot-password', 'sign-up']) expect(page.html).not.toContain(offered);
    // Neither does a form that was shown before.
    const refused = await signInOverPages(earlier.agent, earlier.page, email);
    expect([refused.left, earlier.agent.cookies.has(refreshCookie)]).toEqual([null, false]);
    expect(refused.html).toContain('Nobody signs in on this page');
  } finally {
    await setLogin('Code');
    await allowEverything(false);
  }
});
