import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, logIn, mailedCode, password } from '../../support/builders.ts';
import { audited, eventsOf } from '../../support/database.ts';
import { otherCode } from '../../support/first-factors.ts';
import {
  asUser,
  call,
  codeExpired,
  expectEmpty,
  expectRefusal,
  faults,
  forbidden,
  invalidCode,
  isoTime,
  joinTenant,
  refusal,
  tooMany,
  userWith,
  uuid,
} from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Email {
  id: string;
  userId: string;
  email: string;
  verified: boolean;
  isPrimary: boolean;
}

const harness = useHarness();
const exists = refusal('User already exists');
const notFound = refusal('Email not found');
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const url = '/users/emails/v1';
type Headers = Record<string, string>;
const addOwn = (headers: Headers, email: unknown) => call(harness, 'POST', url, { headers, body: { email } });
const verify = (headers: Headers, email: string, code: unknown) => call(harness, 'POST', `${url}/verify`, { headers, body: { email, code } });
const addFor = (userId: string, body: object, headers = environment) => call(harness, 'POST', `${url}/vendor/${userId}`, { headers, body });
const listOf = async (userId: string): Promise<Email[]> =>
  (await call(harness, 'GET', `${url}/me`, { headers: { ...environment, 'frontegg-user-id': userId } })).json();
const allow = async (allowEmailChange: boolean) =>
  expectEmpty(await call(harness, 'POST', '/configurations/v1/user-emails-policy', { headers: environment, body: { allowEmailChange } }), 200);
const member = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { ...user, headers: await asUser(harness, user.email) };
};
/** Adds an address and verifies it. Answers its id. */
async function verified(headers: Headers, email: string): Promise<string> {
  const added = await addOwn(headers, email);
  expect(added.statusCode, added.body).toBe(201);
  expectEmpty(await verify(headers, email, await mailedCode(harness, email)), 200);
  return added.json<Email>().id;
}
const mailTo = async (email: string): Promise<number> => {
  await harness.app.outbox.flush();
  return harness.mail.filter(({ to }) => to === email).length;
};
const loginAs = async (email: string): Promise<number> => (await logIn(harness, email)).statusCode;

describe('addresses of the own account', () => {
  test('N48 N49 N51 are added, verified by the code that was mailed to them, and listed after the primary one', async () => {
    const { id: userId, headers, email } = await member('own');
    const added = await addOwn(headers, 'Second@own.example');
    expect(added.statusCode).toBe(201);
    const shape = { userId, createdAt: expect.stringMatching(isoTime), updatedAt: expect.stringMatching(isoTime) };
    const second = { ...shape, id: expect.stringMatching(uuid), email: 'Second@own.example', verified: false, isPrimary: false };
    expect(added.json()).toEqual(second);
    const code = await mailedCode(harness, 'Second@own.example');
    expect(harness.mail.at(-1)).toMatchObject({ template: 'ADDRESS_CODE', lifetimeSeconds: 300 });
    expectRefusal(await verify(headers, 'second@own.example', otherCode(code)), 400, invalidCode);
    expectEmpty(await verify(headers, 'second@OWN.example', code), 200);
    expectRefusal(await verify(headers, 'second@own.example', code), 400, invalidCode);
    const answer = await call(harness, 'GET', `${url}/me`, { headers });
    expect(answer.json()).toEqual([
      { ...shape, id: userId, email, verified: true, isPrimary: true },
      { ...second, verified: true },
    ]);
    expect(await listOf(userId)).toEqual(answer.json());
    const { id } = added.json<Email>();
    expect((await eventsOf(harness, userId, 'EMAIL_ADDED')).map(({ reason }) => reason)).toEqual([`${id} unverified`]);
    expect(await audited(harness, userId, 'USER_VERIFIED', id)).toBe(1);
  });

  test('N48 an address that another user has gets the same answer, and neither mail nor a row', async () => {
    const [mine, other] = [await member('taken'), await member('taken-other')];
    await verified(other.headers, 'second@taken-other.example');
    for (const email of [other.email, 'second@taken-other.example']) {
      const before = await mailTo(email);
      const [free, taken] = [await addOwn(mine.headers, `free-${email}`), await addOwn(mine.headers, email)];
      expect(taken.statusCode).toBe(201);
      expect({ ...taken.json<Email>(), id: '' }).toEqual({ ...free.json<Email>(), id: '', email });
      expect(await mailTo(email)).toBe(before);
      expectRefusal(await verify(mine.headers, email, '000000'), 400, invalidCode);
    }
    expect((await listOf(mine.id)).map(({ email }) => email)).not.toContain(other.email);
    expect(await audited(harness, mine.id, 'REQUEST_REFUSED', 'USER_EXISTS')).toBe(2);
  });

  test('N48 an address that another user has not verified is free: whoever verifies it first has it', async () => {
    const [one, two] = [await member('wish-one'), await member('wish-two')];
    await addOwn(one.headers, 'wish@acme.example');
    const first = await mailedCode(harness, 'wish@acme.example');
    await verified(two.headers, 'wish@acme.example');
    expectRefusal(await verify(one.headers, 'wish@acme.example', first), 400, invalidCode);
    const created = { headers: await asEnvironment(harness, one.tenantId), body: { email: 'wish@acme.example' } };
    expect((await call(harness, 'POST', '/users/v2', created)).json()).toMatchObject({ id: two.id });
  });

  test('N48 an own address changes nothing: one that is not verified gets another code, the others none', async () => {
    const { id, headers, email } = await member('again');
    const first = (await addOwn(headers, 'again@second.example')).json<Email>();
    const code = await mailedCode(harness, first.email);
    expect((await addOwn(headers, 'AGAIN@second.example')).json()).toEqual(first);
    const newer = await mailedCode(harness, 'AGAIN@second.example');
    if (newer !== code) expectRefusal(await verify(headers, first.email, code), 400, invalidCode);
    expectEmpty(await verify(headers, first.email, newer), 200);
    const sent = await mailTo(first.email);
    expect((await addOwn(headers, first.email)).json()).toMatchObject({ id: first.id, verified: true });
    expect((await addOwn(headers, email)).json()).toMatchObject({ id, isPrimary: true });
    expect([await mailTo(first.email), await mailTo(email)]).toEqual([sent, 0]);
    expect(await listOf(id)).toHaveLength(2);
  });

  test('N48 a user has at most ten addresses', async () => {
    const { id, headers } = await member('many');
    for (let number = 2; number <= 10; number += 1) expect((await addFor(id, { email: `${number}@many.example` })).statusCode).toBe(201);
    const limit = refusal('At most 10 emails can be added');
    expectRefusal(await addFor(id, { email: '11@many.example' }), 403, limit);
    expectRefusal(await addOwn(headers, '11@many.example'), 403, limit);
    expect(await listOf(id)).toHaveLength(10);
  });

  test('N48 codes are mailed five times in fifteen minutes', async () => {
    const { headers } = await member('flood');
    const statuses: number[] = [];
    for (let sent = 0; sent < 6; sent += 1) statuses.push((await addOwn(headers, `${sent % 2}@flood.example`)).statusCode);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
  });

  test('N49 an expired code is told apart, and after five wrong ones none is looked at', async () => {
    const { headers } = await member('attempts');
    await addOwn(headers, 'attempts@second.example');
    const code = await mailedCode(harness, 'attempts@second.example');
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await verify(headers, 'attempts@second.example', code), 400, codeExpired);
    await addOwn(headers, 'attempts@second.example');
    const newer = await mailedCode(harness, 'attempts@second.example');
    for (let tries = 0; tries < 4; tries += 1) {
      expectRefusal(await verify(headers, tries % 2 === 0 ? 'attempts@second.example' : 'never@added.example', otherCode(newer)), 400, invalidCode);
    }
    expectRefusal(await verify(headers, 'attempts@second.example', newer), 429, tooMany);
    harness.clock.advance({ seconds: 960 });
    const fresh = await asUser(harness, 'attempts@acme.example');
    expect(await loginAs('attempts@second.example')).toBe(401);
    await verified(fresh, 'attempts@second.example');
    expect(await loginAs('attempts@second.example')).toBe(200);
  });

  test('N50 are removed, but not the primary one, and not one of somebody else', async () => {
    const [mine, other] = [await member('remove'), await member('remove-other')];
    const id = await verified(mine.headers, 'second@remove.example');
    const remove = (emailId: string, headers: Headers) => call(harness, 'DELETE', `${url}/${emailId}`, { headers });
    expectRefusal(await remove(id, other.headers), 404, notFound);
    expectRefusal(await remove(mine.id, mine.headers), 400, refusal('Primary email cannot be removed'));
    expectRefusal(await remove(id, environment), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
    expectEmpty(await remove(id, mine.headers), 200);
    expectRefusal(await remove(id, mine.headers), 404, notFound);
    expect(await loginAs('second@remove.example')).toBe(401);
    expect(await audited(harness, mine.id, 'EMAIL_REMOVED', id)).toBe(1);
    const another = await verified(mine.headers, 'third@remove.example');
    expectEmpty(await remove(another, { ...environment, 'frontegg-user-id': mine.id }), 200);
    expect(await listOf(mine.id)).toHaveLength(1);
  });

  test('N52 one that is verified becomes the primary one while the policy allows it, and the one before stays', async () => {
    const { id: userId, headers, email } = await member('primary');
    await verified(headers, 'new@primary.example');
    await addOwn(headers, 'unverified@primary.example');
    const choose = (chosen: string) => call(harness, 'POST', `${url}/me/primary`, { headers, body: { email: chosen } });
    expectRefusal(await choose('new@primary.example'), 403, forbidden);
    harness.clock.advance({ seconds: 1 });
    await allow(true);
    expectRefusal(await choose('nobody@primary.example'), 404, notFound);
    expectRefusal(await choose('unverified@primary.example'), 400, faults('email must be verified'));
    expectEmpty(await choose(email), 200);
    expectEmpty(await choose('NEW@primary.example'), 200);
    await allow(false);
    const addresses = await listOf(userId);
    expect(addresses.map((address) => [address.email, address.isPrimary, address.verified])).toEqual([
      ['new@primary.example', true, true],
      ['unverified@primary.example', false, false],
      [email, false, true],
    ]);
    expect([await loginAs(email), await loginAs('new@primary.example')]).toEqual([200, 200]);
    await harness.app.outbox.flush();
    const told = harness.notices.filter(({ kind, to }) => kind === 'EMAIL_CHANGED' && [email, 'new@primary.example'].includes(to));
    expect(told.map(({ to }) => to).sort()).toEqual(['new@primary.example', email].sort());
    expect(await audited(harness, userId, 'USER_EMAIL_CHANGED')).toBe(1);
  });
});

describe('addresses by an environment token', () => {
  test('N53 N54 are added with or without a vow, are refused where somebody has them, and are removed', async () => {
    const [mine, other] = [await member('vendor'), await member('vendor-other')];
    const added = await addFor(mine.id, { email: 'vouched@vendor.example', isVerified: true });
    expect([added.statusCode, added.json<Email>()]).toMatchObject([201, { userId: mine.id, verified: true, isPrimary: false }]);
    expect((await addFor(mine.id, { email: 'other@vendor.example' })).json()).toMatchObject({ verified: false });
    for (const email of [other.email, mine.email, 'VOUCHED@vendor.example']) {
      expectRefusal(await addFor(mine.id, { email }), 409, exists, email);
      if (email !== mine.email) expectRefusal(await addFor(other.id, { email }), 409, exists, email);
    }
    expectRefusal(
      await call(harness, 'PUT', `/users/v1/${other.id}/email`, { headers: environment, body: { email: 'vouched@vendor.example' } }),
      409,
      exists,
    );
    expect([await loginAs('vouched@vendor.example'), await loginAs('other@vendor.example')]).toEqual([200, 401]);
    expect(await mailTo('other@vendor.example')).toBe(0);
    expectRefusal(await addFor(mine.id, { email: 'not an address' }), 400, faults('email must be an email'));
    expectRefusal(await addFor('nobody', { email: 'x@vendor.example' }), 404, refusal('User not found'));
    expectRefusal(await addFor(mine.id, { email: 'x@vendor.example' }, await asEnvironment(harness, other.tenantId)), 404, refusal('User not found'));
    expectRefusal(await addFor(mine.id, { email: 'x@vendor.example' }, mine.headers), 403, forbidden);
    const remove = (emailId: string) => call(harness, 'DELETE', `${url}/vendor/${mine.id}/${emailId}`, { headers: environment });
    expectEmpty(await remove(added.json<Email>().id), 200);
    expectRefusal(await remove(added.json<Email>().id), 404, notFound);
    expectRefusal(await remove(mine.id), 400, refusal('Primary email cannot be removed'));
  });

  test('N55 any of them becomes the primary one, which the caller vouches for', async () => {
    const mine = await member('vendor-primary');
    const choose = (email: string) => call(harness, 'POST', `${url}/vendor/${mine.id}/primary`, { headers: environment, body: { email } });
    await addFor(mine.id, { email: 'chosen@vendor.example' });
    expectRefusal(await choose('nobody@vendor.example'), 404, notFound);
    expectEmpty(await choose('chosen@vendor.example'), 200);
    expect((await listOf(mine.id))[0]).toMatchObject({ email: 'chosen@vendor.example', verified: true, isPrimary: true });
    expect(await loginAs(mine.email)).toBe(200);
    await addFor(mine.id, { email: 'lost@vendor.example' });
    await createUser(harness, mine.tenantId, 'lost@vendor.example');
    expectRefusal(await choose('lost@vendor.example'), 409, exists);
    expect((await listOf(mine.id))[0]).toMatchObject({ email: 'chosen@vendor.example' });
  });

  test('N14 an address of the user itself may become the primary one', async () => {
    const mine = await member('vendor-own');
    await addFor(mine.id, { email: 'own@vendor.example' });
    const changed = await call(harness, 'PUT', `/users/v1/${mine.id}/email`, { headers: environment, body: { email: 'own@vendor.example' } });
    expect(changed.statusCode).toBe(200);
    expect((await listOf(mine.id)).map(({ email }) => email)).toEqual(['own@vendor.example']);
  });

  test('N9 a user is found by a verified address, and joins instead of being created twice', async () => {
    const mine = await member('known');
    const tenant = await createTenant(harness, 'known-elsewhere');
    await addFor(mine.id, { email: 'alias@known.example', isVerified: true });
    await joinTenant(harness, 'alias@known.example', tenant);
    expect(await call(harness, 'GET', '/users/v1/email?email=ALIAS@known.example', { headers: environment })).toMatchObject({ statusCode: 200 });
    expectRefusal(
      await call(harness, 'POST', '/vendor-only/users/v1', {
        headers: environment,
        body: { email: 'alias@known.example', tenantId: tenant, password },
      }),
      409,
      exists,
    );
  });
});

describe('N47 the list of addresses', () => {
  test('is that of the tenant, by pages, for whoever may read users', async () => {
    const admin = await userWith(harness, 'listing', 'admin');
    const hidden = await createUser(harness, admin.tenantId, 'hidden@listing.example');
    await call(harness, 'PUT', `/users/v1/${hidden.id}/invisible`, { headers: environment, body: { invisible: true } });
    await addFor(admin.id, { email: 'zoe@listing.example', isVerified: true });
    await member('listing-elsewhere');
    const read = async (query: string, headers: Headers) => {
      const answer = await call(harness, 'GET', `${url}${query}`, { headers });
      expect(answer.statusCode, answer.body).toBe(200);
      const { items, _metadata, _links } = answer.json<{ items: Email[]; _metadata: object; _links: { next: string } }>();
      return { emails: items.map(({ email }) => email), _metadata, next: _links.next };
    };
    const inTenant = await asEnvironment(harness, admin.tenantId);
    expect(await read('', inTenant)).toMatchObject({ emails: ['hidden@listing.example', admin.email, 'zoe@listing.example'] });
    expect(await read('', admin.headers)).toEqual({
      emails: [admin.email, 'zoe@listing.example'],
      _metadata: { totalItems: 2, totalPages: 1 },
      next: '',
    });
    expect(await read('?_limit=1&_order=DESC', admin.headers)).toMatchObject({
      emails: ['zoe@listing.example'],
      next: expect.stringMatching(/_order=DESC&_offset=1&_limit=1$/),
    });
    expect((await read(`?userIds=${hidden.id},${admin.id}&_sortBy=userId`, environment)).emails).toHaveLength(3);
    expect(await read('?_email=ZOE@listing.example', environment)).toMatchObject({ emails: ['zoe@listing.example'] });
    expectRefusal(await call(harness, 'GET', `${url}?_sortBy=x`, { headers: environment }), 400, faults('_sortBy must be a valid enum value'));
    const reader = await member('listing-nobody');
    expectRefusal(await call(harness, 'GET', url, { headers: reader.headers }), 403, forbidden);
  });
});

describe('N58 N59 the policy', () => {
  test('is read by everybody who is logged in, set by an environment token, and off at first', async () => {
    const { headers } = await member('policy');
    const path = '/configurations/v1/user-emails-policy';
    const read = async () => (await call(harness, 'GET', path, { headers })).json();
    expect(await read()).toEqual({ allowEmailChange: false });
    await allow(true);
    expect(await read()).toEqual({ allowEmailChange: true });
    expectEmpty(await call(harness, 'POST', path, { headers: environment, body: {} }), 200);
    expect(await read()).toEqual({ allowEmailChange: true });
    await allow(false);
    expectRefusal(await call(harness, 'POST', path, { headers, body: { allowEmailChange: true } }), 403, forbidden);
    const wrong = await call(harness, 'POST', path, { headers: environment, body: { allowEmailChange: 'yes' } });
    expectRefusal(wrong, 400, faults('allowEmailChange must be a boolean value'));
  });
});

describe('N56 N57 the change of the own primary address', () => {
  const request = (headers: Headers, email: string) => call(harness, 'POST', '/users/v1/email/me', { headers, body: { email } });
  const confirm = (headers: Headers, email: string, code: string) =>
    call(harness, 'POST', '/users/v1/email/me/verify', { headers, body: { email, code } });

  test('needs the policy, a code that went to the new address, and tells the old one', async () => {
    const { id, headers, email } = await member('change');
    expectRefusal(await request(headers, 'new@change.example'), 403, forbidden);
    await allow(true);
    expectEmpty(await request(headers, 'New@change.example'), 200);
    const code = await mailedCode(harness, 'New@change.example');
    expect(await mailTo(email)).toBe(0);
    expectRefusal(await confirm(headers, 'new@change.example', otherCode(code)), 400, invalidCode);
    expectRefusal(await confirm(headers, 'another@change.example', code), 400, invalidCode);
    await allow(false);
    expectRefusal(await confirm(headers, 'new@change.example', code), 403, forbidden);
    await allow(true);
    expectEmpty(await confirm(headers, 'New@change.example', code), 200);
    expectRefusal(await confirm(headers, 'new@change.example', code), 400, invalidCode);
    expect(await listOf(id)).toMatchObject([{ email: 'New@change.example', verified: true, isPrimary: true }]);
    expect([await loginAs(email), await loginAs('new@change.example')]).toEqual([401, 200]);
    await harness.app.outbox.flush();
    const told = harness.notices.filter(({ kind, to }) => kind === 'EMAIL_CHANGED' && /@change\.example|change@/.test(to)).map(({ to }) => to);
    expect(told.sort()).toEqual(['New@change.example', email]);
    await allow(false);
  });

  test('answers alike for an address that another user has, and mails nobody', async () => {
    const [mine, other] = [await member('change-taken'), await member('change-taken-other')];
    await allow(true);
    expectEmpty(await request(mine.headers, other.email), 200);
    expect(await mailTo(other.email)).toBe(0);
    expectRefusal(await confirm(mine.headers, other.email, '000000'), 400, invalidCode);
    expectEmpty(await request(mine.headers, 'soon@change.example'), 200);
    const code = await mailedCode(harness, 'soon@change.example');
    await createUser(harness, mine.tenantId, 'soon@change.example');
    expectRefusal(await confirm(mine.headers, 'soon@change.example', code), 409, exists);
    await allow(false);
  });

  test('stops looking at codes after five wrong ones', async () => {
    const { headers } = await member('change-attempts');
    await allow(true);
    await request(headers, 'attempts@change.example');
    const code = await mailedCode(harness, 'attempts@change.example');
    for (let tries = 0; tries < 5; tries += 1) {
      expectRefusal(await confirm(headers, 'attempts@change.example', otherCode(code)), 400, invalidCode);
    }
    expectRefusal(await confirm(headers, 'attempts@change.example', code), 429, tooMany);
    await allow(false);
  });
});
