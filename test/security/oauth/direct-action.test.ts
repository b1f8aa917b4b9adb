import { beforeAll, describe, expect, test } from 'vitest';
import { mfaTokenFor, totp } from '../../support/builders.ts';
import { answerTotp, authorize, codeOf, exchange, newRequest, openHostedLogin, tokensIn } from '../../support/oauth.ts';
import { refreshCookie, verifyApp } from '../../support/requests.ts';
import { claimsOf } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const own = 'https://id.acme.example';
const base64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const action = (mfaToken: string, origin = own, path = '/oauth/account/mfa-mobile-authenticator') =>
  base64({ type: 'direct', data: `${origin}${path}?state=${encodeURIComponent(base64({ mfaToken, mfaRequired: true, mfaEnrolled: true }))}` });

/** Sends a browser with the action, as the SDKs of mobile apps do, and tells whether it was asked for a factor. */
async function sentWith(login_direct_action: string) {
  const agent = createUserAgent(harness);
  const asked = newRequest({ parameters: { prompt: 'login', login_direct_action } });
  const page = await authorize(agent, asked);
  return { agent, asked, page, path: page.url.pathname };
}

test('an app that has begun a login completes it here, with the factor that is due', async () => {
  const user = await enrolled(harness, 'begun');
  const { agent, asked, page, path } = await sentWith(action(user.mfaToken));
  expect(path).toBe('/oauth/account/mfa');
  const tokens = tokensIn(await exchange(harness, asked, codeOf(await answerTotp(harness, agent, page, user.secret))));
  expect(claimsOf(tokens.id_token)).toMatchObject({ sub: user.id, amr: expect.arrayContaining(['mfa', 'otp']) });
});

test('a request that must show no page shows none for it either', async () => {
  const user = await enrolled(harness, 'begun-unseen');
  const asked = newRequest({ parameters: { prompt: 'none', login_direct_action: action(user.mfaToken) } });
  const shown = await authorize(createUserAgent(harness), asked);
  expect(shown.left?.searchParams.get('error')).toBe('login_required');
});

test('the state may come without its escapes, as one SDK sends it', async () => {
  const user = await enrolled(harness, 'unescaped');
  const data = `${own}/oauth/account/mfa-mobile-authenticator?state=${base64({ mfaToken: user.mfaToken })}`;
  expect((await sentWith(base64({ type: 'direct', data }))).path).toBe('/oauth/account/mfa');
});

describe('anything else leads to the page for the password', () => {
  const others: Record<string, (mfaToken: string) => string> = {
    'an address of another origin': (token) => action(token, 'https://evil.example'),
    'an origin that begins like ours': (token) => action(token, `${own}.evil.example`),
    'our origin as user info': (token) => action(token, `${own}@evil.example`),
    'another port': (token) => action(token, `${own}:8443`),
    'another path': (token) => action(token, own, '/oauth/account/login'),
    'a path that walks back': (token) => action(token, own, '/x/../oauth/account/mfa-mobile-authenticator/../../evil'),
    'a login by another provider': () => base64({ type: 'social-login', data: 'google' }),
    'a provider of its own': () => base64({ type: 'custom-social-login', data: 'https://evil.example' }),
    'an invented token': () => action('x'.repeat(43)),
    'no base64': () => '%%%',
    'no JSON': () => base64('{'),
    'JSON of another form': () => base64([]),
    'a state that is no JSON': () => base64({ type: 'direct', data: `${own}/oauth/account/mfa-mobile-authenticator?state=%%%` }),
    'too much of it': () => base64({ type: 'direct', data: 'x'.repeat(9_000) }),
  };
  test.each(Object.entries(others))('%s', async (about, made) => {
    const user = await enrolled(harness, `other-${about.replaceAll(' ', '-')}`);
    const { page, path } = await sentWith(made(user.mfaToken));
    if (page.left !== null) expect([page.left.origin, page.left.searchParams.get('error')]).toEqual(['https://app.acme.example', 'invalid_request']);
    else expect(path).toBe('/oauth/account/login');
    expect(page.html).not.toContain('evil.example');
  });
});

describe('whose login it is stays whose login it is', () => {
  test('the code of one person does not complete the login of another', async () => {
    const [victim, attacker] = [await enrolled(harness, 'victim'), await enrolled(harness, 'attacker')];
    const { agent, page } = await sentWith(action(victim.mfaToken));
    const refused = await answerTotp(harness, agent, page, attacker.secret);
    expect([refused.left, refused.url.pathname, agent.cookies.has(refreshCookie)]).toEqual([null, '/oauth/account/mfa', false]);
  });

  test('a login that was completed elsewhere is not completed again', async () => {
    const user = await enrolled(harness, 'spent');
    expect((await verifyApp(harness, user.mfaToken, totp(harness, user.secret))).statusCode).toBe(201);
    harness.clock.advance({ seconds: 60 });
    expect((await sentWith(action(user.mfaToken))).path).toBe('/oauth/account/login');
  });

  test('a login that has expired is begun anew', async () => {
    const user = await enrolled(harness, 'expired');
    harness.clock.advance({ seconds: 3_600 });
    expect((await sentWith(action(user.mfaToken))).path).toBe('/oauth/account/login');
  });

  test('one login that is opened in two browsers is completed in one', async () => {
    const user = await enrolled(harness, 'twice');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const [one, other] = [await sentWith(action(mfaToken)), await sentWith(action(mfaToken))];
    codeOf(await answerTotp(harness, one.agent, one.page, user.secret));
    harness.clock.advance({ seconds: 60 });
    const late = await answerTotp(harness, other.agent, other.page, user.secret);
    expect([late.left?.searchParams.get('code') ?? null, other.agent.cookies.has(refreshCookie)]).toEqual([null, false]);
  });
});
