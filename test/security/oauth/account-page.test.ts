import { beforeAll, describe, expect, test } from 'vitest';
import type { Visitor } from '../../support/account.ts';
import { codesIn, confirm, visitor, visitorOf, visitorWithApp } from '../../support/account.ts';
import { asEnvironment, identity, logIn, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { openHostedLogin, shownSecret, signInOverPages, silent } from '../../support/oauth.ts';
import { refreshCookie } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { Filled, Shown } from '../../support/user-agent.ts';
import { formWith } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const own = 'https://id.acme.example';
const tokenIn = ({ html }: Shown, action: string): string =>
  new RegExp(`action="[^"]*${action}"[^>]*><input type="hidden" name="form" value="([^"]+)"`).exec(html)?.[1] ?? '';

/** Everything of a person that a form of the account page can change. */
const stateOf = async ({ id }: { id: string }) => [
  await query(harness, 'select name from users where id = $1', [id]),
  await query(harness, 'select id, name from authenticators where user_id = $1 order by id', [id]),
  await query(harness, 'select id from recovery_codes where user_id = $1 order by id', [id]),
  await query(harness, 'select id from remembered_devices where user_id = $1 order by id', [id]),
  await query(harness, 'select id, tenant_id from sessions where user_id = $1 and ended_at is null order by id', [id]),
  await query(harness, 'select id, name from passkeys where user_id = $1 order by id', [id]),
];

interface Act {
  /** Where the form is sent. */
  part: string;
  fields: Filled;
  /** The page that has the form. */
  from: string;
}

/** A person with something of everything, and every form that the account page has for it. */
async function everything(name: string): Promise<{ user: Visitor & { secret: string }; acts: Act[] }> {
  const user = await visitorWithApp(harness, name);
  const at = harness.clock.now();
  const device = { id: `device-${name}`, userId: user.id, tokenHash: name, name: 'curl/8', createdAt: at, lastUsedAt: at };
  await harness.app.store.rememberedDevices.add(device);
  const [session] = (await harness.app.store.sessions.listOf(user.id, at, { limit: 1, direction: 'forward', cursor: null })).items;
  if (session === undefined) throw new Error('no session');
  const { lastUsedAt: _, ...plain } = session;
  await harness.app.store.sessions.add({ ...plain, id: `other-${name}` }, `other-${name}`);
  await harness.app.store.passkeys.add({
    ...{ id: `passkey-${name}`, userId: user.id, name: 'Key', deviceType: 'PLATFORM', sealedCredential: new Uint8Array([1]) },
    ...{ credentialHash: name, signCount: 0, createdAt: at, lastUsedAt: null },
  });
  const [app] = await harness.app.store.authenticators.ofUsers([user.id]);
  const acts = [
    { part: 'profile', fields: { name: 'Changed' }, from: 'profile' },
    { part: `factors/rename?id=${app?.id}`, fields: { name: 'Changed' }, from: `factors/rename?id=${app?.id}` },
    { part: `factors/remove?id=${app?.id}`, fields: {}, from: `factors/remove?id=${app?.id}` },
    ...['rename', 'remove'].map((verb) => {
      const part = `passkeys/${verb}?id=passkey-${name}`;
      return { part, fields: verb === 'rename' ? { name: 'Changed' } : {}, from: part };
    }),
    { part: 'recovery-codes/new', fields: {}, from: 'recovery-codes/new' },
    { part: 'devices', fields: { action: 'forget', deviceId: device.id }, from: 'devices' },
    { part: 'devices', fields: { action: 'all' }, from: 'devices' },
    { part: `sessions/end?id=other-${name}`, fields: {}, from: 'sessions' },
    { part: 'sessions/end?id=others', fields: {}, from: 'sessions' },
    { part: 'sign-out', fields: {}, from: '' },
  ];
  return { user, acts };
}

/** Sends a form by hand. */
const post = async ({ agent }: Pick<Visitor, 'agent'>, part: string, fields: Filled, headers: Record<string, string> = {}) => {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
  return agent.fetch({
    method: 'POST',
    url: `/oauth/account/${part}`,
    body: new URLSearchParams(given).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': 'same-origin',
      origin: own,
      ...headers,
    },
  });
};
const escaped = (part: string): string => part.replace(/[?]/g, '\\?').replaceAll('&', '&amp;');

describe('a form of the account page counts only if this page was shown to this session', () => {
  test.each([
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from another site that hides its origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['from a subdomain', { origin: 'https://evil.id.acme.example', 'sec-fetch-site': 'same-site' }],
    ['from a script of an application', { 'sec-fetch-mode': 'cors' }],
  ])('%s it does not', async (about, headers) => {
    const { user, acts } = await everything(about.replaceAll(' ', '-'));
    const before = await stateOf(user);
    for (const { part, fields, from } of acts) {
      const form = tokenIn(await user.go(from), escaped(part));
      expect(form, part).not.toBe('');
      expect((await post(user, part, { form, ...fields }, headers)).statusCode, part).toBe(403);
    }
    expect(await stateOf(user)).toEqual(before);
  });

  test('without its token, with that of another page and with that of another person it does not', async () => {
    const [{ user, acts }, other] = [await everything('tokens'), await everything('tokens-other')];
    const before = await stateOf(user);
    for (const [index, { part, fields }] of acts.entries()) {
      const elsewhere = acts[(index + 2) % acts.length] ?? acts[0];
      const ofOther = other.acts[index];
      const wrong = [
        null,
        '',
        'x',
        tokenIn(await user.go(elsewhere?.from), escaped(elsewhere?.part ?? '')),
        tokenIn(await other.user.go(ofOther?.from), escaped(ofOther?.part ?? '')),
      ];
      for (const form of wrong) expect((await post(user, part, { form, ...fields })).statusCode, `${part} ${form}`).toBe(403);
    }
    expect(await stateOf(user)).toEqual(before);
    expect(await stateOf(other.user)).toHaveLength(before.length);
  });

  test('a form of somebody who has signed out and in again as somebody else does nothing to the other one', async () => {
    const [one, other] = [await visitor(harness, 'shared-one'), await visitor(harness, 'shared-other')];
    const page = await one.go('profile');
    one.agent.cookies.set(refreshCookie, other.agent.cookies.get(refreshCookie) ?? '');
    expect((await one.send(page, { name: 'Changed' })).status).toBe(403);
    one.agent.cookies.delete(refreshCookie);
    expect((await one.send(page, { name: 'Changed' })).heading).toBe('Sign in');
    expect((await stateOf(other))[0]).not.toEqual([{ name: 'Changed' }]);
  });

  test('each of them works from its own page', async () => {
    const { user, acts } = await everything('own');
    const forms = [];
    for (const { part, from } of acts) forms.push(tokenIn(await user.go(from), escaped(part)));
    for (const [index, { part, fields }] of acts.entries()) {
      if (part.startsWith('factors/remove')) continue;
      const form = forms[index] ?? '';
      expect((await post(user, part, { form, ...fields })).statusCode, part).toBe(303);
    }
    const after = await stateOf(user);
    expect(after.slice(0, 2).flat()).toMatchObject([{ name: 'Changed' }, { name: 'Changed' }]);
    expect(after.slice(2).map((rows) => rows.length)).toEqual([10, 0, 0, 0]);
  });
});

test('what belongs to another person is answered like what does not exist, and stays', async () => {
  const [mine, theirs] = [await everything('mine'), await everything('theirs')];
  const before = await stateOf(theirs.user);
  const answers: string[] = [];
  for (const [part, fields, unknown] of [
    ...theirs.acts
      .filter(({ part }) => part.includes('id=') && !part.endsWith('others'))
      .map(({ part, fields }) => [part, fields, part.replace(/id=.*/, 'id=unknown')] as const),
    ['devices', { action: 'forget', deviceId: 'device-theirs' }, 'devices'] as const,
  ]) {
    const page = part.replace(/\?.*/, '');
    const from = mine.acts.find((act) => act.part.startsWith(page));
    const form = tokenIn(await mine.user.go(from?.from), escaped(from?.part ?? ''));
    const outcomes = [];
    for (const target of [part, unknown]) {
      const answer = await post(mine.user, target, { form, ...fields });
      const shown = await mine.user.agent.open(String(answer.headers.location), { 'sec-fetch-site': 'same-origin' });
      outcomes.push([answer.statusCode, shown.heading, shown.alert]);
      const looked = await mine.user.go(target);
      answers.push(looked.html);
    }
    expect(outcomes[0], part).toEqual(outcomes[1]);
    expect(outcomes[0]?.[2], part).toBe('This is not there any more.');
  }
  expect(answers.join()).not.toContain('theirs@acme.example');
  expect(await stateOf(theirs.user)).toEqual(before);
});

describe('a cookie alone', () => {
  test('whose factor was proven too long ago removes and adds no factor, shows no recovery code and ends no other session', async () => {
    const { user, acts } = await everything('stale');
    const forms = new Map<string, string>();
    for (const { part, from } of acts) forms.set(part, tokenIn(await user.go(from), escaped(part)));
    const adding = 'factors/add?strategy=AUTHENTICATOR_APP';
    const page = await user.go(adding);
    forms.set(adding, tokenIn(page, escaped(adding)));
    harness.clock.advance({ seconds: 301 });
    const before = await stateOf(user);
    const sensitive = [...forms.keys()].filter((part) => /^(factors\/(remove|add)|passkeys\/remove|recovery-codes|sessions)/.test(part));
    expect(sensitive).toHaveLength(6);
    for (const part of sensitive) {
      const code = totp(harness, shownSecret(page));
      const answer = await post(user, part, { form: forms.get(part) ?? '', action: 'verify', code });
      expect(String(answer.headers.location), part).toMatch(/^\/oauth\/account\/step-up\?i=/);
    }
    for (const part of ['factors/add?strategy=AUTHENTICATOR_APP', 'recovery-codes/new', 'sessions/end?id=others', ...sensitive]) {
      expect((await user.go(part)).heading, part).toBe('Confirm that it is you');
    }
    expect(codesIn(await user.go('recovery-codes/show'))).toEqual([]);
    expect(await stateOf(user)).toEqual(before);
    expect((await confirm(harness, user, await user.go('recovery-codes/new'))).heading).toBe('Make new recovery codes');
  });

  test('sets up no first factor when the sign-in was too long ago: the password is asked for again', async () => {
    const user = await visitor(harness, 'no-factor');
    const fresh = await user.go('factors/add?strategy=AUTHENTICATOR_APP');
    harness.clock.advance({ seconds: 301 });
    const form = formWith(fresh, 'code');
    const asked = await user.agent.submit(fresh, form, { code: totp(harness, shownSecret(fresh)) });
    expect(asked.heading).toBe('Sign in');
    expect(formWith(asked, 'email').html).toContain('value="no-factor@acme.example"');
    expect((await stateOf(user))[1]).toEqual([]);
    expect((await user.go('sessions/end?id=others')).heading).toBe('Sign in');
    const shown = await signInOverPages(user.agent, asked, user.email);
    expect(shown.heading).toBe('Set up your authenticator app');
  });

  test('opens nothing of the API, and a token of the API opens no page', async () => {
    const user = await visitor(harness, 'api');
    const cookie = user.agent.cookieHeader();
    const answer = await harness.send({ method: 'POST', url: '/graphql', body: { query: '{ sessions { totalCount } }' }, cookie });
    expect(answer.json().errors[0].extensions.code).toBe('UNAUTHENTICATED');
    const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
    const page = await visitorOf(harness, user).agent.open('/oauth/account', { authorization: `Bearer ${accessToken}` });
    expect(page.heading).toBe('Sign in');
  });

  test('that was replaced, or whose user was locked, or whose session has ended opens nothing', async () => {
    const user = await visitor(harness, 'former');
    const former = user.agent.cookies.get(refreshCookie) ?? '';
    expect((await silent(user.agent)).statusCode).toBe(200);
    const thief = visitorOf(harness, user);
    thief.agent.cookies.set(refreshCookie, former);
    expect((await thief.go()).heading, 'within the grace').toBe('Your account');
    harness.clock.advance({ seconds: 11 });
    expect((await thief.go()).heading).toBe('Sign in');
    expect((await user.go()).heading).toBe('Your account');
    const headers = await asEnvironment(harness);
    await harness.send({ method: 'POST', url: `${identity}/users/v1/${user.id}/lock`, headers });
    expect((await user.go()).heading).toBe('Sign in');
  });
});

test('nothing of the account is kept by the browser, framed, or read by a script, and no parameter makes a fault', async () => {
  const user = await visitorWithApp(harness, 'headers');
  for (const part of ['', 'profile', 'password', 'factors', 'recovery-codes', 'recovery-codes/show', 'devices', 'sessions']) {
    const { headers, html } = await user.go(part);
    expect(headers['cache-control'], part).toBe('no-store');
    expect(headers['x-frame-options'], part).toBe('DENY');
    expect(String(headers['content-security-policy']), part).toContain("script-src 'self';");
    for (const cookie of user.agent.cookies.values()) expect(html, part).not.toContain(cookie);
    const script = await user.agent.fetch({ url: `/oauth/account/${part}`, headers: { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' } });
    expect(script.statusCode, part).toBe(403);
  }
  for (const parameters of [
    'id=%00',
    'id=a&id=b',
    'id[]=x',
    'id=%ff',
    'after=%00_x',
    'strategy=%00',
    'search=%00',
    `id=${'x'.repeat(5_000)}`,
    'sent=%E0%A4%A',
  ]) {
    for (const part of [
      ...['factors/rename', 'factors/remove', 'factors/add', 'passkeys/rename', 'passkeys/remove', 'phones/remove'],
      ...['sessions', 'sessions/end', 'organization', 'mailbox'],
    ]) {
      expect((await user.go(`${part}?${parameters}`)).status, `${part} ${parameters}`).toBeLessThan(500);
    }
  }
});

test('a sign-in that began at the account page leads to no other server, whatever its address was', async () => {
  const user = await visitor(harness, 'targets');
  for (const path of [
    '/oauth/account/sessions?after=//evil.example',
    '/oauth/account?x=https://evil.example',
    '/oauth/account/factors/rename?id=../../x',
  ]) {
    const { agent } = visitorOf(harness, user);
    const shown = await signInOverPages(agent, await agent.open(path), user.email);
    expect(shown.left, path).toBeNull();
    expect(shown.url.origin, path).toBe(own);
    expect(shown.url.pathname, path).toMatch(/^\/oauth\/account/);
  }
});
