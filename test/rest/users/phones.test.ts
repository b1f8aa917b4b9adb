import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createUserInTenant, logIn } from '../../support/builders.ts';
import { audited, query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { givePhone } from '../../support/phones.ts';
import {
  call,
  expectEmpty,
  expectRefusal,
  faults,
  forbidden,
  invalidCode,
  isoTime,
  opaqueToken,
  refusal,
  tooMany,
  unauthorized,
  uuid,
} from '../../support/rest.ts';
import { anotherCode, newNumber, textedCode, textsTo } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true, settings: { LIMIT_SMS_ADDRESS_PER_HOUR: '1000' } }));
const url = '/users/phone-numbers/v1';
type Headers = Record<string, string>;
let environment: Headers;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const member = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
  return { ...user, headers: { authorization: `Bearer ${accessToken}` } };
};
const add = (headers: Headers, body: object) => call(harness, 'POST', url, { headers, body });
const verify = (headers: Headers, body: object) => call(harness, 'POST', `${url}/verify`, { headers, body });
const own = async (headers: Headers) =>
  (await call(harness, 'GET', `${url}/me`, { headers })).json<{ id: string; phoneNumber: string; verified: boolean }[]>();
const noticesTo = async (email: string) => {
  await harness.app.outbox.flush();
  return harness.notices.flatMap(({ to, kind }) => (to === email ? [kind] : []));
};
const notFound = refusal('Phone number not found');
const wait = () => harness.clock.advance({ seconds: 31 });

describe('a user', () => {
  test('adds a number, verifies it by the code, and is told by mail', async () => {
    const { id, email, headers } = await member('phones-add');
    const phoneNumber = newNumber();
    const added = await add(headers, { phoneNumber: phoneNumber.replace('+44', '+44 (0)').replace('(0)', '') });
    expect([added.statusCode, added.json()]).toEqual([201, { id: expect.stringMatching(uuid), otcToken: expect.stringMatching(opaqueToken) }]);
    expect((await own(headers)).map(({ verified }) => verified)).toEqual([false]);
    const { otcToken } = added.json<{ otcToken: string }>();
    const code = await textedCode(harness, phoneNumber);
    expectRefusal(await verify(headers, { otcToken, code: anotherCode(code) }), 400, invalidCode);
    expectRefusal(await verify(headers, { otcToken: 'x', code }), 400, invalidCode);
    expectEmpty(await verify(headers, { otcToken, code }), 200);
    expectRefusal(await verify(headers, { otcToken, code }), 400, invalidCode);
    const times = { createdAt: expect.stringMatching(isoTime), updatedAt: expect.stringMatching(isoTime) };
    expect(await own(headers)).toEqual([{ id: added.json<{ id: string }>().id, userId: id, phoneNumber, verified: true, ...times }]);
    expect(await noticesTo(email)).toEqual(['PHONE_ADDED']);
    expect([await audited(harness, id, 'PHONE_ADDED'), await audited(harness, id, 'PHONE_VERIFIED')]).toEqual([1, 1]);
  });

  test('does not learn that somebody else has verified the number, whose owner gets no text', async () => {
    const owner = await member('phones-owner');
    const { number } = await givePhone(harness, owner.id);
    const { headers, id } = await member('phones-thief');
    const added = await add(headers, { phoneNumber: number });
    expect([added.statusCode, added.json()]).toEqual([201, { id: expect.stringMatching(uuid), otcToken: expect.stringMatching(opaqueToken) }]);
    const { otcToken } = added.json<{ otcToken: string }>();
    expectRefusal(await verify(headers, { otcToken, code: '123456' }), 400, invalidCode);
    expect([await textsTo(harness, number), await own(headers)]).toEqual([[], []]);
    expect(await audited(harness, id, 'REQUEST_REFUSED', 'PHONE_EXISTS')).toBe(1);
  });

  test('of two who verify a number at once, one has it', async () => {
    const people = [await member('phones-race-1'), await member('phones-race-2')];
    const phoneNumber = newNumber();
    const begun = [];
    for (const { headers } of people) {
      const { otcToken } = (await add(headers, { phoneNumber })).json<{ otcToken: string }>();
      begun.push({ headers, body: { otcToken, code: await textedCode(harness, phoneNumber) } });
      wait();
    }
    const answers = await Promise.all(begun.map(({ headers, body }) => verify(headers, body)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400]);
    expect(await query(harness, 'select count(*) as n from user_phones where phone_number = $1 and verified', [phoneNumber])).toMatchObject([
      { n: expect.toBeOneOf([1, '1']) },
    ]);
  });

  test('with verify false keeps it unverified, and has a code sent later, which ends an earlier one', async () => {
    const { headers } = await member('phones-later');
    const phoneNumber = newNumber();
    expect((await add(headers, { phoneNumber, verify: false })).json()).toEqual({ id: expect.stringMatching(uuid) });
    expect(await textsTo(harness, phoneNumber)).toEqual([]);
    const preverify = () => call(harness, 'POST', `${url}/preverify`, { headers, body: { phoneNumber } });
    const first = (await preverify()).json<{ otcToken: string }>();
    const firstCode = await textedCode(harness, phoneNumber);
    expectRefusal(await preverify(), 429, tooMany);
    wait();
    const second = (await preverify()).json<{ otcToken: string }>();
    expectRefusal(await verify(headers, { ...first, code: firstCode }), 400, invalidCode);
    expectEmpty(await verify(headers, { ...second, code: await textedCode(harness, phoneNumber) }), 200);
    wait();
    const strange = await call(harness, 'POST', `${url}/preverify`, { headers, body: { phoneNumber: newNumber() } });
    expectRefusal(strange, 404, notFound);
  });

  test('removes a number by a code to it, and by nothing else', async () => {
    const { id, email, headers } = await member('phones-remove');
    const { id: phoneId, number } = await givePhone(harness, id);
    const begun = await call(harness, 'DELETE', `${url}/${phoneId}`, { headers });
    expect([begun.statusCode, begun.json()]).toEqual([200, { phoneId, otcToken: expect.stringMatching(opaqueToken) }]);
    expect(await own(headers)).toHaveLength(1);
    const { otcToken } = begun.json<{ otcToken: string }>();
    const code = await textedCode(harness, number);
    const confirm = (phone: string, body: object) => call(harness, 'POST', `${url}/${phone}/delete/verify`, { headers, body });
    expectRefusal(await verify(headers, { otcToken, code }), 400, invalidCode);
    expectRefusal(await confirm(phoneId, { otcToken, code: anotherCode(code) }), 400, invalidCode);
    expectRefusal(await confirm(crypto.randomUUID(), { otcToken, code }), 400, invalidCode);
    expectEmpty(await confirm(phoneId, { otcToken, code }), 200);
    expect(await own(headers)).toEqual([]);
    expect((await noticesTo(email)).at(-1)).toBe('PHONE_REMOVED');
    expectRefusal(await call(harness, 'DELETE', `${url}/${phoneId}`, { headers }), 404, notFound);
  });

  test('can have five numbers', async () => {
    const { headers } = await member('phones-five');
    for (let count = 1; count <= 5; count += 1) expect((await add(headers, { phoneNumber: newNumber(), verify: false })).statusCode).toBe(201);
    expectRefusal(await add(headers, { phoneNumber: newNumber(), verify: false }), 403, refusal('At most 5 phone numbers can be added'));
  });

  test('reaches no number of somebody else', async () => {
    const [one, other] = [await member('phones-one'), await member('phones-other')];
    const { id } = await givePhone(harness, other.id);
    wait();
    expectRefusal(await call(harness, 'DELETE', `${url}/${id}`, { headers: one.headers }), 404, notFound);
    const phoneNumber = newNumber();
    const { otcToken } = (await add(other.headers, { phoneNumber })).json<{ otcToken: string }>();
    expectRefusal(await verify(one.headers, { otcToken, code: await textedCode(harness, phoneNumber) }), 400, invalidCode);
    expect((await own(other.headers)).map(({ verified }) => verified)).toEqual([true, false]);
  });
});

describe('an environment token', () => {
  test('adds and removes a number of a user, which counts as verified, and is told what is taken', async () => {
    const { id, email, headers } = await member('phones-vendor');
    const phoneNumber = newNumber();
    const vendor = `${url}/vendor/${id}`;
    const added = await call(harness, 'POST', vendor, { headers: environment, body: { phoneNumber } });
    expect([added.statusCode, added.json()]).toMatchObject([201, { userId: id, phoneNumber, verified: true }]);
    const again = await call(harness, 'POST', vendor, { headers: environment, body: { phoneNumber } });
    expectRefusal(again, 409, refusal('Phone number already exists'));
    expect(await textsTo(harness, phoneNumber)).toEqual([]);
    expectEmpty(await call(harness, 'DELETE', `${vendor}/${added.json<{ id: string }>().id}`, { headers: environment }), 200);
    expectRefusal(await call(harness, 'DELETE', `${vendor}/${added.json<{ id: string }>().id}`, { headers: environment }), 404, notFound);
    expect(await own(headers)).toEqual([]);
    expect(await noticesTo(email)).toEqual(['PHONE_ADDED', 'PHONE_REMOVED']);
    const unknown = `${url}/vendor/${crypto.randomUUID()}`;
    expectRefusal(await call(harness, 'POST', unknown, { headers: environment, body: { phoneNumber } }), 404, refusal('User not found'));
    expectRefusal(await call(harness, 'POST', vendor, { headers, body: { phoneNumber } }), 403, forbidden);
  });

  test('names the user by the header, and has a code sent unless it vouches for the number', async () => {
    const { id, headers } = await member('phones-named');
    const named = { ...environment, 'frontegg-user-id': id };
    const [sent, vouched] = [newNumber(), newNumber()];
    const { otcToken } = (await add(named, { phoneNumber: sent })).json<{ otcToken: string }>();
    expectEmpty(await verify(headers, { otcToken, code: await textedCode(harness, sent) }), 200);
    wait();
    expect((await add(named, { phoneNumber: vouched, verify: false })).json()).not.toHaveProperty('otcToken');
    expect((await own(named)).map(({ phoneNumber, verified }) => [phoneNumber, verified])).toEqual([
      [sent, true],
      [vouched, true],
    ]);
    expectRefusal(await add(environment, { phoneNumber: newNumber() }), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
  });
});

describe('the list', () => {
  test('is searched by number and user, sorted, and read by pages', async () => {
    const [one, two] = [await member('phones-list-1'), await member('phones-list-2')];
    const numbers = [(await givePhone(harness, one.id)).number, (await givePhone(harness, two.id)).number];
    const list = async (search: string, version = 'v2') =>
      (await call(harness, 'GET', `/users/phone-numbers/${version}?${search}`, { headers: environment })).json<{ items: { phoneNumber: string }[] }>()
        .items;
    const both = `userIds=${one.id},${two.id}&_sortBy=phoneNumber`;
    expect((await list(`${both}&_order=DESC`)).map(({ phoneNumber }) => phoneNumber)).toEqual([...numbers].reverse());
    expect((await list(`${both}&_limit=1&_offset=1`, 'v1')).map(({ phoneNumber }) => phoneNumber)).toEqual([numbers[1]]);
    expect((await list(`_phoneNumber=${encodeURIComponent(numbers[0] ?? '')}`)).map(({ phoneNumber }) => phoneNumber)).toEqual([numbers[0]]);
    expect(await list('_phoneNumber=nothing')).toEqual([]);
  });

  test('shows a user who may read users the members of the tenant alone', async () => {
    const { id, tenantId } = await createUserInTenant(harness, 'phones-reader');
    const role = await createRole(harness, tenantId, 'phone-reader', ['fe.secure.read.users']);
    const given = await call(harness, 'POST', `/users/v1/${id}/roles`, {
      headers: await asEnvironment(harness, tenantId),
      body: { roleIds: [role] },
    });
    expect(given.statusCode).toBeLessThan(300);
    const { accessToken } = (await logIn(harness, 'phones-reader@acme.example')).json<{ accessToken: string }>();
    const { number } = await givePhone(harness, id);
    await givePhone(harness, (await createUserInTenant(harness, 'phones-elsewhere')).id);
    const read = (headers: Headers) => call(harness, 'GET', url, { headers });
    const seen = (await read({ authorization: `Bearer ${accessToken}` })).json<{ items: { phoneNumber: string }[] }>().items;
    expect(seen.map(({ phoneNumber }) => phoneNumber)).toEqual([number]);
    expectRefusal(await read((await member('phones-plain')).headers), 403, forbidden);
    expectRefusal(await read({}), 401, unauthorized);
  });
});

test('bad numbers are refused in one text', async () => {
  const { headers } = await member('phones-bad');
  const invalid = faults('phoneNumber must be a valid phone number');
  for (const phoneNumber of ['12', '+1 900 555 0100', '+4400000', 'abc'])
    expectRefusal(await add(headers, { phoneNumber }), 400, invalid, phoneNumber);
  expectRefusal(await add(headers, {}), 400, faults('phoneNumber should not be empty'));
  expectRefusal(await add({}, { phoneNumber: newNumber() }), 401, unauthorized);
});
