import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, logIn, password } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { mailedLinkTo, otherCode, setMailStrategy } from '../../support/first-factors.ts';
import { documents, mutation } from '../../support/graphql-documents.ts';
import { allowInvitations } from '../../support/invitation-links.ts';
import { asUser, call, expectEmpty, expectRefusal, faults, forbidden, invalidCode, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent, formWith } from '../../support/user-agent.ts';

const harness = useHarness();
let environment: Record<string, string>;
let born = 0;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const strategies = (mail: string, headers = environment) => call(harness, 'GET', `/configurations/v1/${mail}/strategies`, { headers });
const byCode = (body: object) => call(harness, 'POST', '/users/v1/activate/code', { body });
/** Somebody new whose account waits for its activation, with what was mailed. */
async function newcomer() {
  const tenantId = await createTenant(harness, `mail-${++born}`);
  const email = `mail-${born}@acme.example`;
  const headers = { ...environment, 'frontegg-tenant-id': tenantId };
  expect((await call(harness, 'POST', '/users/v2', { headers, body: { email, password } })).statusCode).toBe(201);
  return { email, tenantId, ...(await mailedLinkTo(harness, email)) };
}

describe('what mails ask for', () => {
  test.each(['activation', 'invitation'])('is a link in a new environment, and set by the operator: %s', async (mail) => {
    expect((await strategies(mail)).json()).toEqual({ strategy: 'link', codeExpiration: 300 });
    const post = (body: object, headers = environment) => call(harness, 'POST', `/configurations/v1/${mail}/strategies`, { headers, body });
    expectEmpty(await post({ strategy: 'code', codeExpiration: 600 }), 200);
    expect((await strategies(mail)).json()).toEqual({ strategy: 'code', codeExpiration: 600 });
    expectEmpty(await post({ strategy: 'link' }), 200);
    expect((await strategies(mail)).json()).toEqual({ strategy: 'link', codeExpiration: 600 });
    expectRefusal(await post({ strategy: 'code', codeExpiration: 59 }), 400, faults('codeExpiration must not be less than 60'));
    expectRefusal(await post({ strategy: 'code', codeExpiration: 86_401 }), 400, faults('codeExpiration must not be greater than 86400'));
    expectRefusal(await post({ strategy: 'sms' }), 400, faults('strategy must be one of the following values: link, code'));
    const user = await asUser(harness, (await createUserInTenant(harness, `mail-user-${++born}`)).email);
    expectRefusal(await post({ strategy: 'code' }, user), 403, forbidden);
    expectRefusal(await strategies(mail, user), 403, forbidden);
    const events = await query(harness, "select reason from audit_events where kind = 'ACTIVATION_STRATEGY_SET' order by at, id");
    expect(events.map(({ reason }) => reason)).toContain(`${mail.toUpperCase()} CODE`);
    expectEmpty(await post({ strategy: 'link', codeExpiration: 300 }), 200);
  });

  test('is read and set over GraphQL', async () => {
    const set = mutation('setActivationStrategy', 'activationStrategy { strategy codeLifetimeSeconds }');
    const run = async (input: object) => (await harness.graphql(set, { input }, environment)).data?.setActivationStrategy;
    expect(await run({ mail: 'INVITATION', strategy: 'CODE', codeLifetimeSeconds: 90 })).toMatchObject({
      activationStrategy: { strategy: 'CODE', codeLifetimeSeconds: 90 },
    });
    const read = await harness.graphql(
      '{ activationStrategies { activation { strategy } invitation { strategy codeLifetimeSeconds } } }',
      {},
      environment,
    );
    expect(read.data?.activationStrategies).toEqual({ activation: { strategy: 'LINK' }, invitation: { strategy: 'CODE', codeLifetimeSeconds: 90 } });
    expect(await run({ mail: 'INVITATION', codeLifetimeSeconds: 59 })).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await run({ mail: 'INVITATION', strategy: 'LINK', codeLifetimeSeconds: 300 })).toMatchObject({
      __typename: 'SetActivationStrategySuccess',
    });
  });
});

describe('while mails that activate have a code', () => {
  beforeAll(() => setMailStrategy(harness, 'activation', { strategy: 'code' }));

  test('token and code activate once, and the token alone opens nothing', async () => {
    const { email, userId, token, code } = await newcomer();
    expect(code).toMatch(/^\d{6}$/);
    expectRefusal(await call(harness, 'POST', '/users/v1/activate', { body: { userId, token } }), 400, refusal('Invalid token'));
    expect((await harness.graphql(documents.activateUser, { input: { userId, token } })).data?.activateUser).toMatchObject({
      __typename: 'InvalidTokenError',
    });
    const asked = await call(harness, 'GET', `/users/v1/activate/strategy?${new URLSearchParams({ userId, token })}`);
    expect(asked.json()).toEqual({ shouldSetPassword: false });
    expectRefusal(await byCode({ userId, token, code: otherCode(code) }), 400, invalidCode);
    const done = await byCode({ userId, token, code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(done.json()).toMatchObject({ accessToken: expect.any(String), emailVerified: true });
    expectRefusal(await byCode({ userId, token, code }), 400, invalidCode);
    expect((await logIn(harness, email)).statusCode).toBe(200);
  });

  test('five wrong codes end the mail, whoever sends them in parallel, and the next mail works', async () => {
    const { email, userId, token, code } = await newcomer();
    const addresses = Array.from({ length: 12 }, (_, index) => `2001:db8:77:${index}::1`);
    const guesses = await Promise.all(
      addresses.map((address, index) =>
        harness.send({
          ...{ method: 'POST', url: '/identity/resources/users/v1/activate/code', address },
          body: { userId, token, code: String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0') },
        }),
      ),
    );
    expect(new Set(guesses.map(({ statusCode }) => statusCode))).toEqual(new Set([400]));
    expectRefusal(await byCode({ userId, token, code }), 400, invalidCode);
    await call(harness, 'POST', '/users/v1/activate/reset', { body: { email } });
    expect((await byCode(await mailedLinkTo(harness, email))).statusCode).toBe(200);
  });

  test('a code is over after its time, and of no use with the token of another person', async () => {
    const [first, second] = [await newcomer(), await newcomer()];
    expectRefusal(await byCode({ userId: second.userId, token: second.token, code: otherCode(second.code) }), 400, invalidCode);
    expectRefusal(await byCode({ userId: first.userId, token: second.token, code: second.code }), 400, invalidCode);
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await byCode({ userId: first.userId, token: first.token, code: first.code }), 400, invalidCode);
    environment = await asEnvironment(harness);
  });

  test('a sign-up answers the token for the code, and alike for an address that somebody has', async () => {
    await allowInvitations(harness, false, { allowSignups: true });
    const signUp = async (email: string) => (await call(harness, 'POST', '/users/v1/signUp', { body: { email, companyName: 'x', password } })).json();
    const email = `mail-signs-up-${++born}@acme.example`;
    const [fresh, known] = [await signUp(email), await signUp((await newcomer()).email)];
    expect(Object.keys(fresh).sort()).toEqual(['activationToken', 'shouldActivate', 'tenantId', 'userId']);
    expect(Object.keys(known).sort()).toEqual(Object.keys(fresh).sort());
    const wrong = (of: typeof fresh) => byCode({ userId: of.userId, token: of.activationToken, code: '12345x' });
    const [one, other] = [await wrong(fresh), await wrong(known)];
    expect([one.statusCode, one.body]).toEqual([other.statusCode, other.body]);
    const { code } = await mailedLinkTo(harness, email);
    expect((await byCode({ userId: fresh.userId, token: fresh.activationToken, code })).statusCode).toBe(200);
  });

  test('the page of the link asks for the code, and a wrong one is told there', async () => {
    const { email, userId, token, code } = await newcomer();
    const agent = createUserAgent(harness);
    const page = await agent.open(`/oauth/account/activate?${new URLSearchParams({ userId, token })}`);
    const wrong = await agent.submit(page, formWith(page, 'code'), { code: otherCode(code) });
    expect(wrong.alert).toContain('code');
    expect((await harness.app.store.users.findByEmail(email))?.verified).toBe(false);
    const done = await agent.submit(wrong, formWith(wrong, 'code'), { code });
    expect(done.url.pathname).toBe('/oauth/account/done');
    expect((await harness.app.store.users.findByEmail(email))?.verified).toBe(true);
  });

  test('no code is in the database as it is, and the mail has it beside the link', async () => {
    const { email, code } = await newcomer();
    expect(JSON.stringify(await query(harness, 'select * from user_tokens'))).not.toContain(`"${code}"`);
    expect(harness.mail.findLast(({ to }) => to === email)).toMatchObject({ template: 'ACTIVATION', linkCode: code, lifetimeSeconds: 300 });
  });
});

test('an invitation with a code is accepted by token and code, over REST and GraphQL', async () => {
  await setMailStrategy(harness, 'activation', { strategy: 'link' });
  await setMailStrategy(harness, 'invitation', { strategy: 'code' });
  for (const transport of ['REST', 'GraphQL']) {
    const guest = await createUserInTenant(harness, `mail-guest-${++born}`);
    const tenantId = await createTenant(harness, `mail-host-${born}`);
    const now = harness.clock.now();
    await harness.app.store.users.addMembership({ userId: guest.id, tenantId, roleIds: [], createdAt: now, pending: true });
    const headers = { ...environment, 'frontegg-tenant-id': tenantId };
    expect((await call(harness, 'POST', '/users/v1/invitation/reset', { headers, body: { email: guest.email } })).statusCode).toBe(200);
    const link = await mailedLinkTo(harness, guest.email);
    const { userId, token, code } = link;
    expectRefusal(await call(harness, 'POST', '/users/v1/invitation/accept', { body: { userId, token } }), 400, refusal('Invalid token'));
    const wrong = { ...link, code: otherCode(code) };
    expectRefusal(await call(harness, 'POST', '/users/v1/invitation/accept/code', { body: wrong }), 400, invalidCode);
    if (transport === 'REST') expectEmpty(await call(harness, 'POST', '/users/v1/invitation/accept/code', { body: link }), 200);
    else expect((await harness.graphql(documents.acceptInvitation, { input: link })).data?.acceptInvitation).toMatchObject({ accepted: true });
    expect((await harness.app.store.users.openMemberships(guest.id, harness.clock.now())).map((each) => each.tenantId)).toContain(tenantId);
  }
  await setMailStrategy(harness, 'invitation', { strategy: 'link' });
});

test('a mail that was sent with a link alone needs no code after the strategy has changed', async () => {
  const { userId, token } = await newcomer();
  await setMailStrategy(harness, 'activation', { strategy: 'code' });
  expectRefusal(await byCode({ userId, token, code: '123456' }), 400, invalidCode);
  expect((await call(harness, 'POST', '/users/v1/activate', { body: { userId, token } })).statusCode).toBe(200);
  await setMailStrategy(harness, 'activation', { strategy: 'link' });
});
