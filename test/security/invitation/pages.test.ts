import { beforeAll, expect, test } from 'vitest';
import { createUserInTenant, enroll, password, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { allowInvitations, inviter, isMember, linkTo, ownLink } from '../../support/invitation-links.ts';
import { answerTotp, openHostedLogin, signInOverPages } from '../../support/oauth.ts';
import { createForcedUser } from '../../support/requests.ts';
import { call } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent, formWith } from '../../support/user-agent.ts';

const harness = useHarness();
let born = 0;
const host = () => inviter(harness, `page-host-${++born}`);
const path = (token: string) => `/oauth/account/invitation?token=${token}`;
beforeAll(async () => {
  await openHostedLogin(harness);
  await allowInvitations(harness, true, { allowSignups: true });
});

test('somebody opens a link, sees the tenant, signs in and is a member; the token stays in no address', async () => {
  const [guest, owner] = [await createUserInTenant(harness, `page-guest-${++born}`), await host()];
  const { token } = await ownLink(harness, owner.headers);
  const agent = createUserAgent(harness);
  const page = await agent.open(path(token));
  expect(page).toMatchObject({ heading: 'Join an organization' });
  expect(page.html).toContain(owner.tenantId);
  expect(`${page.url.search}${page.html}`).not.toContain(token);
  expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
  const signIn = await agent.submit(page, formWith(page, 'action', 'signIn'), { action: 'signIn' });
  expect(`${signIn.url}${signIn.html}`).not.toContain(token);
  const account = await signInOverPages(agent, signIn, guest.email);
  expect(account.url.pathname).toBe('/oauth/account');
  expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
  expect(JSON.stringify(await query(harness, 'select * from interactions'))).not.toContain(token);
});

test('somebody who has a factor joins by its proof, also after the challenge has expired and the sign-in began again', async () => {
  const [guest, owner] = [await createForcedUser(harness, `page-guest-${++born}`), await host()];
  const { secret } = await enroll(harness, guest.email);
  const agent = createUserAgent(harness);
  const page = await agent.open(path((await ownLink(harness, owner.headers)).token));
  const signIn = await agent.submit(page, formWith(page, 'action', 'signIn'), { action: 'signIn' });
  const first = await signInOverPages(agent, signIn, guest.email);
  harness.clock.advance({ seconds: 601 });
  const again = await agent.open(first.url);
  expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
  const second = await signInOverPages(agent, again, guest.email);
  await answerTotp(harness, agent, second, secret);
  expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
});

test('a tenant that enforces a factor is joined, and asks for it at once by another sign-in', async () => {
  const [guest, owner] = [await createUserInTenant(harness, `page-guest-${++born}`), await host()];
  const { token } = await ownLink(harness, owner.headers);
  await setPolicy(harness, { enforceMFAType: 'Force' }, owner.tenantId);
  const agent = createUserAgent(harness);
  const page = await agent.open(path(token));
  const signIn = await agent.submit(page, formWith(page, 'action', 'signIn'), { action: 'signIn' });
  const again = await signInOverPages(agent, signIn, guest.email);
  expect(again.url.pathname).toBe('/oauth/account/login');
  expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
  expect((await signInOverPages(agent, again, guest.email)).url.pathname).toBe('/oauth/account/mfa/enroll');
});

test('somebody without an account creates one in the tenant of the link, and names no company', async () => {
  const owner = await host();
  const agent = createUserAgent(harness);
  const page = await agent.open(path((await linkTo(harness, owner.tenantId)).token));
  const signUp = await agent.submit(page, formWith(page, 'action', 'signUp'), { action: 'signUp' });
  expect(signUp.html).toContain(owner.tenantId);
  expect(signUp.forms.some(({ controls }) => controls.some(({ name }) => name === 'companyName'))).toBe(false);
  const email = `page-new-${++born}@acme.example`;
  const sent = await agent.submit(signUp, formWith(signUp, 'password'), { email, name: 'Nora', password });
  expect(sent.heading).toBe('Look into your mailbox');
  const user = await harness.app.store.users.findByEmail(email);
  expect(await isMember(harness, user?.id ?? '', owner.tenantId)).toBe(true);
});

test('a link that does not work leads nowhere, and one that dies while somebody signs up makes no account', async () => {
  const owner = await host();
  for (const text of ['x', '%22%3E%3Cb%3E', '']) {
    const shown = await createUserAgent(harness).open(path(text));
    expect([shown.status, shown.heading]).toEqual([200, 'This link does not work any more']);
  }
  const link = await linkTo(harness, owner.tenantId);
  const agent = createUserAgent(harness);
  const page = await agent.open(path(link.token));
  const signUp = await agent.submit(page, formWith(page, 'action', 'signUp'), { action: 'signUp' });
  await call(harness, 'DELETE', `/tenants/invites/v1/token/${link.id}`, { headers: owner.environment });
  const email = `page-late-${++born}@acme.example`;
  const refused = await agent.submit(signUp, formWith(signUp, 'password'), { email, name: 'Nora', password });
  expect(refused.alert).toContain('This invitation does not work any more');
  expect(await harness.app.store.users.findByEmail(email)).toBeNull();
});

test('a form of another site begins no sign-in by a link', async () => {
  const owner = await host();
  const agent = createUserAgent(harness);
  const page = await agent.open(path((await linkTo(harness, owner.tenantId)).token));
  const form = formWith(page, 'action', 'signIn');
  const foreign = await agent.submit(page, form, { action: 'signIn' }, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
  expect(foreign.status).toBe(403);
  expect((await agent.submit(page, form, { action: 'signIn', form: 'another token' })).status).toBe(403);
});
