import { beforeAll, describe, expect, test } from 'vitest';
import { multiFactorAcr } from '../../../src/domain/session/session.ts';
import { createUserInTenant, mailedCode, password, setStrategy, totp } from '../../support/builders.ts';
import { audited } from '../../support/database.ts';
import {
  answerTotp,
  authorize,
  codeOf,
  enrollOverPages,
  exchange,
  newRequest,
  openHostedLogin,
  shownSecret,
  signInOverPages,
  tokensIn,
  verifyForm,
} from '../../support/oauth.ts';
import { createForcedUser, refreshCookie } from '../../support/requests.ts';
import { claimsOf } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { Shown, UserAgent } from '../../support/user-agent.ts';
import { createUserAgent, formWith } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const interactionCookies = (agent: UserAgent) => [...agent.cookies].filter(([name]) => name.startsWith('fe_interaction_'));
const begin = async () => {
  const agent = createUserAgent(harness);
  const asked = newRequest();
  return { agent, asked, page: await authorize(agent, asked) };
};
/** Nothing was reached: no code, and nobody is signed in in this browser. */
function expectNowhere(agent: UserAgent, shown: Shown, about = ''): void {
  expect({ left: shown.left, signedIn: agent.cookies.has(refreshCookie) }, about).toEqual({ left: null, signedIn: false });
  expect(shown.status, about).toBeLessThan(500);
}

describe('a form counts only if it comes from the page that was shown in this browser', () => {
  const foreign: Record<string, Record<string, string>> = {
    'from another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    'from another site that hides its origin': { origin: 'null', 'sec-fetch-site': 'cross-site' },
    'from a subdomain': { origin: 'https://evil.id.acme.example', 'sec-fetch-site': 'same-site' },
    'from the origin with another port': { origin: 'https://id.acme.example:8443', 'sec-fetch-site': 'same-site' },
  };
  test.each(Object.entries(foreign))('%s it does not', async (about, headers) => {
    const { email } = await createUserInTenant(harness, about.replaceAll(' ', '-'));
    const { agent, page } = await begin();
    expectNowhere(agent, await agent.submit(page, formWith(page, 'password'), { email, password }, headers), about);
  });

  test('without the token of the page, or with that of another one, it does not', async () => {
    const { email } = await createUserInTenant(harness, 'form-token');
    const [one, other] = [await begin(), await begin()];
    const others = formWith(other.page, 'password').controls.find(({ name }) => name === 'form')?.value ?? '';
    for (const token of [null, '', 'x', others]) {
      const shown = await one.agent.submit(one.page, formWith(one.page, 'password'), { email, password, form: token });
      expectNowhere(one.agent, shown, String(token));
    }
    codeOf(await signInOverPages(one.agent, one.page, email));
  });

  test('without the cookie of the request, or with that of another browser, it does not', async () => {
    const { email } = await createUserInTenant(harness, 'other-browser');
    const { page, agent } = await begin();
    const empty = createUserAgent(harness);
    expectNowhere(empty, await signInOverPages(empty, page, email));
    const { agent: another } = await begin();
    const [name = ''] = interactionCookies(agent)[0] ?? [];
    another.cookies.set(name, interactionCookies(another)[0]?.[1] ?? '');
    expectNowhere(another, await signInOverPages(another, page, email));
  });

  test('a page of another browser is not shown', async () => {
    const { page } = await begin();
    const shown = await createUserAgent(harness).open(page.url);
    expect(shown.forms.filter(({ controls }) => controls.some(({ name }) => name === 'password'))).toEqual([]);
  });
});

describe('a request stays with whoever began it', () => {
  test('its secret is in the cookie alone, and another one after the first factor', async () => {
    const user = await enrolled(harness, 'fixation');
    const { agent, page } = await begin();
    const [[name, planted] = ['', '']] = interactionCookies(agent);
    expect(page.url.href).not.toContain(planted);
    expect(page.html).not.toContain(planted);
    const second = await signInOverPages(agent, page, user.email);
    const after = interactionCookies(agent)[0]?.[1] ?? '';
    expect(after).not.toBe(planted);

    const attacker = createUserAgent(harness);
    attacker.cookies.set(name, planted);
    const shown = await attacker.open(second.url);
    expect(shown.forms.filter(({ controls }) => controls.some((control) => control.name === 'code'))).toEqual([]);
    codeOf(await answerTotp(harness, agent, second, user.secret));
  });

  test('a login that stood before leaves no token behind: the next one has another', async () => {
    const { email } = await createUserInTenant(harness, 'new-token');
    const { agent, page } = await begin();
    agent.cookies.set(refreshCookie, 'planted');
    codeOf(await signInOverPages(agent, page, email));
    expect(agent.cookies.get(refreshCookie)).toMatch(/^[\w-]{43}$/);
  });

  test('two tabs go their ways, each to its own answer', async () => {
    const { email } = await createUserInTenant(harness, 'two-tabs');
    const agent = createUserAgent(harness);
    const [one, other] = [newRequest({ parameters: { state: 'one' } }), newRequest({ parameters: { state: 'other' } })];
    const [first, second] = [await authorize(agent, one), await authorize(agent, other)];
    const answered = await signInOverPages(agent, second, email);
    expect(answered.left?.searchParams.get('state')).toBe('other');
    tokensIn(await exchange(harness, other, codeOf(answered)));
    const late = await signInOverPages(agent, first, email);
    expect(late.left?.searchParams.get('state')).toBe('one');
    tokensIn(await exchange(harness, one, codeOf(late)));
  });

  test('a form that is sent twice goes on once', async () => {
    const { email } = await createUserInTenant(harness, 'sent-twice');
    const { agent, asked, page } = await begin();
    const copy = createUserAgent(harness);
    for (const [name, value] of agent.cookies) copy.cookies.set(name, value);
    const answers = await Promise.all([signInOverPages(agent, page, email), signInOverPages(copy, page, email)]);
    const codes = answers.flatMap(({ left }) => left?.searchParams.get('code') ?? []);
    expect(codes).toHaveLength(1);
    tokensIn(await exchange(harness, asked, codes[0] ?? ''));
  });

  test('a step that is not due is not taken', async () => {
    const user = await enrolled(harness, 'skipping');
    const { agent, page } = await begin();
    const query = page.url.search;
    for (const path of ['mfa', 'mfa/enroll', 'mfa/recovery', 'step-up']) {
      const shown = await agent.open(`/oauth/account/${path}${query}`);
      expect([shown.left, shown.url.pathname], path).toEqual([null, '/oauth/account/login']);
      const form = { ...formWith(page, 'password'), action: `https://id.acme.example/oauth/account/${path}${query}` };
      const posted = await agent.submit(page, form, { action: 'verify', code: totp(harness, user.secret), saved: '1', factor: 'x' });
      expectNowhere(agent, posted, path);
    }
  });

  test('an hour later it is over, and the page says so', async () => {
    const { email } = await createUserInTenant(harness, 'an-hour');
    const { agent, page } = await begin();
    harness.clock.advance({ seconds: 3_601 });
    const shown = await signInOverPages(agent, page, email);
    expectNowhere(agent, shown);
    expect(shown.forms.filter(({ controls }) => controls.some(({ name }) => name === 'password'))).toEqual([]);
  });
});

describe('what a thief learns by guessing', () => {
  test('an unknown address and a wrong password look the same', async () => {
    const { email } = await createUserInTenant(harness, 'known');
    const shown: (string | null)[] = [];
    for (const address of [email, 'nobody@acme.example']) {
      const { agent, page } = await begin();
      const refused = await signInOverPages(agent, page, address, 'a wrong password');
      expectNowhere(agent, refused);
      shown.push(refused.alert);
    }
    expect(shown[0]).toBeTruthy();
    expect(shown[1]).toBe(shown[0]);
  });

  test('codes are guessed no more often than anywhere else, over however many requests', async () => {
    const user = await enrolled(harness, 'guessed');
    let alert: string | null = null;
    for (let round = 0; round < 4; round += 1) {
      const { agent, page } = await begin();
      let second = await signInOverPages(agent, page, user.email);
      for (let count = 0; count < 4 && second.url.pathname === '/oauth/account/mfa'; count += 1) {
        second = await agent.submit(second, verifyForm(second), { code: '000000' });
        expectNowhere(agent, second);
        alert = second.alert ?? alert;
      }
    }
    expect(alert).toBeTruthy();
    expect(await audited(harness, user.id, 'MFA_FAILED', 'INVALID_CODE')).toBeLessThanOrEqual(10);
  });
});

describe('what is shown once', () => {
  test('the recovery code: neither a reload nor the button back brings it again', async () => {
    const { email } = await createForcedUser(harness, 'shown-once');
    const { agent, asked, page } = await begin();
    const enrollment = await signInOverPages(agent, page, email);
    const secret = shownSecret(enrollment);
    const recovery = await agent.submit(enrollment, verifyForm(enrollment), { code: totp(harness, secret) });
    const [code = ''] = /([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}/.exec(recovery.html) ?? [];
    expect(code).not.toBe('');
    for (let turn = 0; turn < 2; turn += 1) expect((await agent.open(recovery.url)).html).not.toContain(code);
    const again = await agent.open(recovery.url);
    const shown = await agent.submit(again, formWith(again, 'form'), { saved: '1' });
    tokensIn(await exchange(harness, asked, codeOf(shown)));
    expect((await agent.open(recovery.url)).html).not.toContain(code);
  });

  test('a code by e-mail does not satisfy an application that asks for a factor: the person who has one proves it as well, and goes on', async () => {
    await setStrategy(harness, 'EmailCode', true);
    const { email, secret } = await enrolled(harness, 'mail-then-app');
    const agent = createUserAgent(harness);
    const asked = newRequest({ parameters: { acr_values: multiFactorAcr } });
    const mfa = await signInOverPages(agent, await authorize(agent, asked), email);
    const byMail = await agent.open(new URL(`${mfa.url.pathname}${mfa.url.search}&factor=EMAIL_CODE`, mfa.url));
    const sent = await agent.submit(byMail, formWith(byMail, 'action', 'send'));
    const stepUp = await agent.submit(sent, verifyForm(sent, 'EMAIL_CODE'), { code: await mailedCode(harness, email) });
    expect([stepUp.left, stepUp.url.pathname]).toEqual([null, '/oauth/account/step-up']);
    const tokens = tokensIn(await exchange(harness, asked, codeOf(await answerTotp(harness, agent, stepUp, secret))));
    expect(claimsOf(tokens.id_token)).toMatchObject({ acr: multiFactorAcr });
    await setStrategy(harness, 'EmailCode', false);
  });

  test('a first factor alone enrolls nothing for a session that stands: the password is asked for', async () => {
    const { email } = await createUserInTenant(harness, 'cookie-alone');
    const { agent, page } = await begin();
    codeOf(await signInOverPages(agent, page, email));
    const strong = await authorize(agent, newRequest({ parameters: { acr_values: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor' } }));
    if (strong.left !== null) expect(strong.left.searchParams.get('error')).toBe('access_denied');
    else expect(strong.url.pathname).toBe('/oauth/account/login');
  });
});

describe('what a page allows around it', () => {
  test('no frame, no foreign script, no way to another address', async () => {
    const { page } = await begin();
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/form-action 'self' https:\/\/app\.acme\.example(;|$| )/);
    expect(policy).not.toContain('unsafe-');
    expect(page.headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'cross-origin-opener-policy': 'same-origin' });
    expect(page.html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/i);
  });

  test('a browser that has come by another address of the server stays there, to the code and on the account page', async () => {
    const { email } = await createUserInTenant(harness, 'another-address');
    const agent = createUserAgent(harness);
    const elsewhere = { host: '127.0.0.1:4000', origin: 'http://127.0.0.1:4000' };
    const page = await agent.open(newRequest().url, elsewhere);
    codeOf(await agent.submit(page, formWith(page, 'password'), { email, password }, elsewhere));
    agent.cookies.clear();
    const own = await agent.open('/oauth/account', elsewhere);
    const account = await agent.submit(own, formWith(own, 'password'), { email, password }, elsewhere);
    expect([account.left, account.status, account.url.pathname]).toEqual([null, 200, '/oauth/account']);
  });

  test('forms go to whole paths, and the whole login works without scripts', async () => {
    const { email, id } = await createForcedUser(harness, 'without-scripts');
    const { agent, asked, page } = await begin();
    const enrollment = await signInOverPages(agent, page, email);
    const { shown } = await enrollOverPages(harness, agent, enrollment);
    expect(claimsOf(tokensIn(await exchange(harness, asked, codeOf(shown))).id_token)).toMatchObject({ sub: id, nonce: asked.nonce });
    for (const { forms } of [page, enrollment]) for (const { action } of forms) expect(action).toMatch(/^\/oauth\/account\//);
  });
});
