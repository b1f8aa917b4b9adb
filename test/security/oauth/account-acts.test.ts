import { beforeAll, describe, expect, test } from 'vitest';
import { codesIn, confirm, linkTo, noticeOf, visitor, visitorOf, visitorWithApp } from '../../support/account.ts';
import { createTenant, expectStatus, mailedCode, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import { audited, eventsOf } from '../../support/database.ts';
import { giveGrace } from '../../support/grace.ts';
import { answerTotp, openHostedLogin, shownSecret, signInOverPages, verifyForm } from '../../support/oauth.ts';
import { deviceCookie, refreshCookie } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';
import { formWith } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

describe('somebody who is not signed in', () => {
  test('signs in and comes back to the part of the page that was asked for', async () => {
    const user = await visitor(harness, 'deep');
    const other = visitorOf(harness, user);
    const page = await other.go('sessions');
    expect(page).toMatchObject({ heading: 'Sign in', alert: null });
    const shown = await signInOverPages(other.agent, page, user.email);
    expect(shown).toMatchObject({ heading: 'Where you are signed in', status: 200 });
    expect(shown.url.pathname).toBe('/oauth/account/sessions');
  });

  test('gets no page of an account while hosted login is switched off', async () => {
    const user = await visitor(harness, 'off');
    const headers = { authorization: `Bearer ${await harness.environmentToken()}` };
    await harness.send({ method: 'POST', url: '/oauth/resources/configurations/v1/deactivate', headers });
    for (const part of ['', 'sessions', 'factors/add?strategy=AUTHENTICATOR_APP']) expect((await user.go(part)).status, part).toBe(404);
    await openHostedLogin(harness);
    expect((await user.go()).heading).toBe('Your account');
  });
});

test('the account page shows what there is, and every part of it can be reached from it', async () => {
  const user = await visitorWithApp(harness, 'overview');
  const page = await user.go();
  expect(page.headers['cache-control']).toBe('no-store');
  for (const [words, heading] of [
    ['Profile', 'Profile'],
    ['Password', 'Password'],
    ['Second steps', 'Second steps'],
    ['Recovery codes', 'Recovery codes'],
    ['Remembered devices', 'Remembered devices'],
    ['Where you are signed in', 'Where you are signed in'],
  ]) {
    const shown = await user.agent.open(linkTo(page, words ?? ''), { 'sec-fetch-site': 'same-origin' });
    expect(shown).toMatchObject({ heading, status: 200 });
    expect(linkTo(shown, 'Back to your account')).toBe('/oauth/account');
  }
  expect(page.html).toContain('You are signed in as overview@acme.example.');
});

describe('the profile', () => {
  test('has another name after it was changed, and says what cannot be one', async () => {
    const user = await visitor(harness, 'profile');
    const saved = await user.send(await user.go('profile'), { name: ' Ada <b>Lovelace</b> ' });
    expect(noticeOf(saved)).toBe('Your profile is saved.');
    expect(formWith(saved, 'name').controls.find(({ name }) => name === 'name')?.value).toBe('Ada <b>Lovelace</b>');
    for (const [name, alert] of [
      ['  ', 'Enter a name.'],
      ['x'.repeat(300), 'This text is too long.'],
      ['a\u0007b', 'This text is too long.'],
    ]) {
      const refused = await user.send(saved, { name: name ?? '' });
      expect(refused, name).toMatchObject({ alert });
    }
    expect((await harness.app.store.users.findMany([user.id]))[0]?.name).toBe('Ada <b>Lovelace</b>');
    expect(await audited(harness, user.id, 'USER_UPDATED')).toBe(1);
  });
});

test('the password is changed by a mailed link alone', async () => {
  const user = await visitor(harness, 'password');
  const page = await user.go('password');
  expect(page.html).not.toContain('type="password"');
  expect(noticeOf(await user.send(page))).toMatch(/on its way/);
  await harness.app.outbox.flush();
  expect(harness.mail.at(-1)).toMatchObject({ template: 'PASSWORD_RESET', to: user.email });
});

describe('second steps', () => {
  test('the first one brings a recovery code, which is shown once', async () => {
    const user = await visitor(harness, 'first');
    const list = await user.go('factors');
    expect(list.html).toContain('You have not set up a second step yet.');
    const page = await user.agent.open(linkTo(list, 'Authenticator app'), { 'sec-fetch-site': 'same-origin' });
    expect(page.heading).toBe('Set up your authenticator app');
    const secret = shownSecret(page);
    expect(shownSecret(await user.go('factors/add?strategy=AUTHENTICATOR_APP')), 'the same secret again').toBe(secret);
    const wrong = await user.agent.submit(page, verifyForm(page), { code: wrongTotp(harness, secret) });
    expect(wrong.alert).toBe('This code is wrong or was used before. You have 4 attempts left.');
    const shown = await user.agent.submit(wrong, verifyForm(wrong), { code: totp(harness, secret) });
    expect(shown.heading).toBe('Save your recovery code');
    expect(noticeOf(shown)).toBe('Your second step is set up.');
    expect(codesIn(shown)).toHaveLength(1);
    const again = await user.go('recovery-codes/show');
    expect(again.heading).toBe('The recovery codes were shown already');
    expect(codesIn(again)).toEqual([]);
    expect((await user.go('factors')).html).toContain('Authenticator app');
    expect(await eventsOf(harness, user.id, 'FACTOR_ENROLLED')).toMatchObject([{ strategy: 'AUTHENTICATOR_APP' }]);
  });

  test('another one brings no code, gets a name, and is removed', async () => {
    const user = await visitorWithApp(harness, 'second');
    const page = await user.go('factors/add?strategy=AUTHENTICATOR_APP');
    const list = await user.agent.submit(page, verifyForm(page), { code: totp(harness, shownSecret(page)) });
    expect(list.heading).toBe('Second steps');
    const devices = await harness.app.store.authenticators.ofUsers([user.id]);
    const id = devices[1]?.id ?? '';
    const form = await user.go(`factors/rename?id=${id}`);
    expect((await user.send(form, { name: ' ' })).alert).toBe('Enter a name.');
    expect((await user.send(form, { name: 'x'.repeat(101) })).alert).toBe('This text is too long.');
    const renamed = await user.send(form, { name: 'My “other” <phone>' });
    expect(noticeOf(renamed)).toBe('The name is saved.');
    expect(renamed.html).toContain('My “other” &lt;phone>');

    const asked = await user.go(`factors/remove?id=${id}`);
    expect(asked.html).not.toContain('It is your last one.');
    expect(noticeOf(await user.send(asked))).toBe('The second step is removed.');
    expect(await harness.app.store.authenticators.ofUsers([user.id])).toMatchObject([{ id: devices[0]?.id }]);
    expect((await user.send(asked)).alert, 'sent again').toBe('This is not there any more.');
  });

  test('the last one is removed if no policy wants it, and is not where one does', async () => {
    const user = await visitorWithApp(harness, 'last');
    const [only] = await harness.app.store.authenticators.ofUsers([user.id]);
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const asked = await user.go(`factors/remove?id=${only?.id}`);
    expect(asked.html).toContain('It is your last one.');
    expect((await user.send(asked)).alert).toMatch(/^Your organization asks for a second step/);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    expect(noticeOf(await user.send(asked))).toBe('The second step is removed.');
    expect(await harness.app.store.authenticators.ofUsers([user.id])).toEqual([]);
  });

  test('a strategy that is switched off, one that nobody enrolls and one that does not exist lead back to the list', async () => {
    const user = await visitor(harness, 'strategies');
    for (const strategy of ['SMS', 'EMAIL_CODE', 'x', '__proto__', '"><script>']) {
      const shown = await user.go(`factors/add?strategy=${encodeURIComponent(strategy)}`);
      expect(shown, strategy).toMatchObject({ heading: 'Second steps', alert: 'This way is not offered here. Choose another one.' });
    }
  });

  test('a person who still has time to enroll proves the mailbox before', async () => {
    const user = await visitor(harness, 'grace');
    await giveGrace(harness, user.tenantId);
    const asked = await user.go('factors/add?strategy=AUTHENTICATOR_APP');
    expect(asked.heading).toBe('Confirm your e-mail address');
    const sent = await user.send(asked);
    const wrong = await user.agent.submit(sent, verifyForm(sent), { code: '000000' });
    expect(wrong.alert).toMatch(/^This code is wrong/);
    const page = await user.agent.submit(wrong, verifyForm(wrong), { code: await mailedCode(harness, user.email) });
    expect(page.heading).toBe('Set up your authenticator app');
    expect(await audited(harness, user.id, 'MAILBOX_PROVEN')).toBe(1);
  });
});

test('new recovery codes are shown once, and take the place of the old ones', async () => {
  const user = await visitorWithApp(harness, 'codes');
  expect((await user.go('recovery-codes')).html).toContain('You have 1 code left.');
  const shown = await user.send(await user.go('recovery-codes/new'));
  const codes = codesIn(shown);
  expect(new Set(codes).size).toBe(10);
  const [, file = ''] = /href="data:text\/plain;charset=utf-8,([^"]+)"/.exec(shown.html) ?? [];
  expect(decodeURIComponent(file).split('\r\n').slice(2, -1)).toEqual(codes);
  expect(shown.headers['cache-control']).toBe('no-store');
  expect(codesIn(await user.go('recovery-codes/show'))).toEqual([]);
  expect((await user.go('recovery-codes')).html).toContain('You have 10 codes left.');
  const url = '/identity/resources/auth/v1/user/mfa/recover';
  const answer = await harness.send({ method: 'POST', url, body: { email: user.email, recoveryCode: codes[3] } });
  expect(answer.statusCode).toBe(200);
});

test('somebody without a second step is told how to get recovery codes, and makes none', async () => {
  const user = await visitor(harness, 'no-codes');
  expect((await user.go('recovery-codes')).html).toContain('You get recovery codes when you set up a second step.');
  expect((await user.go('recovery-codes/new')).heading).toBe('Recovery codes');
});

test('a remembered device is forgotten, then all of them', async () => {
  const user = await visitorWithApp(harness, 'devices');
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 86_400 }, user.tenantId);
  for (const userAgent of ['curl/8.5.0', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '']) {
    const agent = visitorOf(harness, user).agent;
    const asked = await signInOverPages(agent, await agent.open('/oauth/account', { 'user-agent': userAgent }), user.email);
    const form = verifyForm(asked);
    await agent.submit(asked, form, { code: totp(harness, user.secret), remember: '1' }, { 'user-agent': userAgent });
    expect(agent.cookies.has(deviceCookie)).toBe(true);
    harness.clock.advance({ seconds: 30 });
  }
  const page = await user.go('devices');
  expect([...page.html.matchAll(/<strong>(.*?)<\/strong>/g)].map(([, name]) => name)).toEqual(['Unknown device', 'Firefox on Linux', 'curl']);
  const left = await user.agent.submit(page, page.forms[1] ?? formWith(page, 'deviceId'));
  expect(noticeOf(left)).toBe('The device is forgotten. You are asked there again.');
  expect(left.html).not.toContain('Firefox on Linux');
  const again = await user.agent.submit(page, page.forms[1] ?? formWith(page, 'deviceId'));
  expect(again.alert).toBe('This is not there any more.');
  const none = await user.agent.submit(left, formWith(left, 'action', 'all'));
  expect(noticeOf(none)).toBe('All devices are forgotten. You are asked there again.');
  expect(none.html).toContain('No device is remembered.');
});

describe('sessions', () => {
  test('one is ended, then all others, and this one stays', async () => {
    const user = await visitorWithApp(harness, 'sessions');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    for (const index of [1, 2, 3]) {
      const { agent } = visitorOf(harness, user);
      await answerTotp(harness, agent, await signInOverPages(agent, await agent.open('/oauth/account'), user.email), user.secret);
      harness.clock.advance({ seconds: 30 + index });
    }
    const page = await user.go('sessions');
    expect(page.html.match(/<li>/g)).toHaveLength(5);
    expect(page.html.match(/This device<\/p>/g)).toHaveLength(1);
    const ended = await user.send(page, {}, 'sessions/end?id=');
    expect(noticeOf(ended)).toBe('The device is signed out.');
    expect((await user.send(page, {}, 'sessions/end?id=')).alert).toBe('This is not there any more.');
    const alone = await user.send(ended, {}, 'sessions/end?id=others');
    expect(noticeOf(alone)).toBe('All other devices are signed out.');
    expect(alone.html.match(/<li>/g)).toHaveLength(1);
    expect(alone.forms.some(({ action }) => action.includes('sessions/end'))).toBe(false);
  });

  test('many are read page by page', async () => {
    const user = await visitor(harness, 'pages');
    const session = (await harness.app.store.sessions.listOf(user.id, harness.clock.now(), { limit: 1, direction: 'forward', cursor: null }))
      .items[0];
    if (session === undefined) throw new Error('no session');
    const { lastUsedAt: _, ...plain } = session;
    for (let index = 0; index < 45; index += 1) {
      const createdAt = new Date(plain.createdAt.getTime() - index * 1_000);
      await harness.app.store.sessions.add({ ...plain, id: `older-${index}`, createdAt }, `older-${index}`);
    }
    const first = await user.go('sessions');
    const second = await user.agent.open(linkTo(first, 'Older ones'), { 'sec-fetch-site': 'same-origin' });
    const third = await user.agent.open(linkTo(second, 'Older ones'), { 'sec-fetch-site': 'same-origin' });
    expect([first, second, third].map(({ html }) => html.match(/<li>/g)?.length)).toEqual([20, 20, 6]);
    expect(linkTo(third, 'Newest ones')).toBe('/oauth/account/sessions');
    expect(third.html).not.toContain('Older ones');
    for (const after of ['x', '1_', '99999999999999999999_x', '1_x']) expect((await user.go(`sessions?after=${after}`)).status, after).toBe(200);
  });
});

describe('organizations', () => {
  const join = async (userId: string, tenantId: string): Promise<void> => {
    const headers = { authorization: `Bearer ${await harness.environmentToken()}` };
    const url = `/identity/resources/users/v1/${userId}/tenant`;
    expectStatus(await harness.send({ method: 'POST', url, headers, body: { tenantId } }), 201);
  };

  test('a member of several goes to another one; the session is there from then on', async () => {
    const user = await visitor(harness, 'here');
    const there = await createTenant(harness, 'there', 'Elsewhere');
    await join(user.id, there);
    const page = await user.go('organization');
    expect(page.heading).toBe('Where do you want to go?');
    const shown = await user.send(page, { tenantId: there });
    expect(shown.heading).toBe('Your account');
    expect((await user.go('profile')).html).toContain('<dd>Elsewhere</dd>');
    const events = await eventsOf(harness, user.id, 'SESSION_REFRESHED');
    expect(events).toMatchObject([{ tenant_id: there, reason: 'account page' }]);
  });

  test('one that asks for a second step that was not proven lets nobody in without it, and a strange one nobody at all', async () => {
    const user = await visitor(harness, 'plain-home');
    const strict = await createTenant(harness, 'strict-there', 'Strict');
    await join(user.id, strict);
    await createTenant(harness, 'strange');
    const page = await user.go('organization');
    expect((await user.send(page, { tenantId: 'strange' })).heading).toBe('Sign in');
    expect((await user.send(page, { tenantId: '' })).heading).toBe('Sign in');
    await setPolicy(harness, { enforceMFAType: 'Force' }, strict);
    expect((await user.send(page, { tenantId: strict })).heading).toBe('Sign in');
    expect((await user.go('profile')).html).toContain('<dd>plain-home</dd>');
  });

  test('a member of one sees none to choose', async () => {
    const user = await visitor(harness, 'lonely');
    expect((await user.go('organization')).heading).toBe('Your account');
  });
});

test('signing out ends the session, and the parts of the page ask for a sign-in again', async () => {
  const user = await visitor(harness, 'leaving');
  const page = await user.go();
  const token = user.agent.cookies.get(refreshCookie) ?? '';
  expect((await user.send(page, {}, 'sign-out')).heading).toBe('You are signed out');
  expect(user.agent.cookies.has(refreshCookie)).toBe(false);
  for (const part of ['', 'sessions', 'profile', 'recovery-codes/show']) expect((await user.go(part)).heading, part).toBe('Sign in');
  user.agent.cookies.set(refreshCookie, token);
  expect((await user.go()).heading, 'with the old cookie').toBe('Sign in');
  expect(await eventsOf(harness, user.id, 'SESSION_ENDED')).toMatchObject([{ reason: 'logout' }]);
});

test('somebody who proves a factor again comes back to what was asked for', async () => {
  const user = await visitorWithApp(harness, 'again');
  harness.clock.advance({ seconds: 400 });
  const [only] = await harness.app.store.authenticators.ofUsers([user.id]);
  for (const part of [`factors/remove?id=${only?.id}`, 'factors/add?strategy=AUTHENTICATOR_APP', 'recovery-codes/new', 'sessions/end?id=others']) {
    const shown = await confirm(harness, user, await user.go(part));
    expect(`${shown.url.pathname}${shown.url.search}`).toBe(`/oauth/account/${part}`);
    expect(shown.status).toBe(200);
    harness.clock.advance({ seconds: 400 });
  }
});
