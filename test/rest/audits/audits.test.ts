import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, identity, password } from '../../support/builders.ts';
import { asUser, expectRefusal, faults, forbidden, unauthorized, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let admin: Record<string, string>;
let boss: TestUser;
let mia: TestUser;
beforeAll(async () => {
  await createTenant(harness, 'audited', 'Audited Ltd.');
  boss = await createUser(harness, 'audited', 'boss@audited.example', { roleIds: [roleIds.admin], name: 'Bo Ss' });
  mia = await createUser(harness, 'audited', 'mia_100%@audited.example', { name: 'Mia' });
  admin = await asUser(harness, boss.email);
  harness.clock.advance({ seconds: 86_400 });
  for (const wrong of [1, 2, 3]) await logIn(mia.email, `wrong ${wrong}`);
  await harness.send({ method: 'POST', url: `${identity}/users/v1/${mia.id}/lock`, headers: await asEnvironment(harness, 'audited') });
  admin = await asUser(harness, boss.email);
});

interface Entry {
  action: string;
  email: string;
  createdAt: string;
}
interface List {
  data: Entry[];
  total: number;
}
const logIn = (email: string, secret = password) =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password: secret }, address: '198.51.100.23' });
const read = (query = '', headers = admin) => harness.send({ url: `/audits${query}`, headers });
const list = async (query = '', headers = admin) => (await read(query, headers)).json<List>();
const actions = async (query: string) => (await list(query)).data.map(({ action }) => action);

test('an entry has the names that the portal and the SDKs of Frontegg read', async () => {
  const { data } = await list('?action=user locked');
  expect(data).toEqual([
    {
      frontegg_id: expect.stringMatching(uuid),
      ...{ createdAt: harness.clock.now().toISOString(), updatedAt: harness.clock.now().toISOString() },
      ...{ action: 'User locked', description: '', severity: 'High', ip: '203.0.113.7' },
      ...{ user: 'Mia', email: mia.email, tenantId: 'audited', vendorId: expect.stringMatching(uuid) },
      requestId: expect.stringMatching(uuid),
    },
  ]);
  const failed = await list('?action=login failed&count=1');
  expect(failed).toMatchObject({ data: [{ description: 'INVALID_CREDENTIALS', severity: 'Medium', user: 'Mia', ip: '198.51.100.23' }], total: 3 });
});

test('pages skip entries and never overlap, newest first or oldest first, and the total is of all', async () => {
  const { data: all, total } = await list();
  expect(all).toHaveLength(total);
  const pages = [await list('?offset=0&count=4'), await list('?offset=4&count=4'), await list(`?offset=8&count=${total}`)];
  expect(pages.flatMap(({ data }) => data)).toEqual(all);
  expect(pages.map((page) => page.total)).toEqual([total, total, total]);
  expect((await list('?sortBy=createdAt&sortDirection=asc')).data).toEqual([...all].reverse());
  expect(await list('?offset=1000')).toEqual({ data: [], total });
});

describe('conditions', () => {
  test('the search finds actions, addresses of people and addresses of clients, in any letter case', async () => {
    expect(new Set(await actions('?filter=LOCKED'))).toEqual(new Set(['User locked']));
    expect((await list('?filter=MIA_100%25')).data.every(({ email }) => email === mia.email)).toBe(true);
    expect((await list('?filter=boss@')).data.every(({ email }) => email === boss.email)).toBe(true);
    expect(new Set(await actions('?filter=198.51.100'))).toEqual(new Set(['Login failed']));
    for (const nothing of ['no such thing', '%', '_x_', "'"]) {
      const { data } = await list(`?filter=${encodeURIComponent(nothing)}`);
      expect(data.every(({ email }) => nothing === '%' && email === mia.email)).toBe(true);
    }
  });

  test('columns narrow, and all of them together', async () => {
    expect(new Set(await actions('?severity=high'))).toEqual(new Set(['User locked']));
    expect(await actions('?severity=High&action=login')).toEqual([]);
    expect(await actions('?severity=nothing')).toEqual([]);
    expect(await actions(`?severity=Medium&email=mia&ip=198.51&action=login`)).toEqual(['Login failed', 'Login failed', 'Login failed']);
    expect(await actions(`?email=boss&action=failed`)).toEqual([]);
    expect((await list('?filter=&email=&action=&ip=&severity=')).total).toBe((await list()).total);
  });

  test('a range of times comes as JSON, and what is none is refused in words', async () => {
    const now = harness.clock.now().toISOString();
    const range = (conditions: object) => `?createdAt=${encodeURIComponent(JSON.stringify(conditions))}`;
    const { total } = await list();
    const [since, before] = [await list(range({ $gt: now })), await list(range({ $lt: now }))];
    expect(since.total + before.total).toBe(total);
    expect(before.total).toBeGreaterThan(0);
    expect(since.data.every(({ createdAt }) => createdAt >= now)).toBe(true);
    expectRefusal(await read('?createdAt=yesterday'), 400, faults('createdAt must be a JSON string'));
    for (const bad of [range({ $gt: 'yesterday' }), range([]), '?createdAt=null', '?count=0', '?offset=-1', '?sortBy=email', '?sortDirection=up']) {
      expect((await read(bad)).statusCode, bad).toBe(400);
    }
  });
});

test('the numbers above the list are of this day and of what is severe this week', async () => {
  const { totalToday, severeThisWeek } = (await harness.send({ url: '/audits/stats', headers: admin })).json();
  expect(severeThisWeek).toBe(1);
  const midnight = `${harness.clock.now().toISOString().slice(0, 10)}T00:00:00.000Z`;
  expect(totalToday).toBe((await list(`?createdAt=${encodeURIComponent(JSON.stringify({ $gte: midnight }))}`)).total);
  expect(totalToday).toBeLessThan((await list()).total);
  // Frontegg's SDK for Node asks so.
  expect((await harness.send({ url: '/audits//stats', headers: admin })).json()).toEqual({ totalToday, severeThisWeek });
});

describe('the file', () => {
  const download = (query = '', body: object = {}) => harness.send({ method: 'POST', url: `/audits/export/csv/v2${query}`, headers: admin, body });

  test('has the columns of the screen and the entries that it shows, whose conditions come encoded twice', async () => {
    const properties = [{ name: 'action', displayName: 'What' }, { name: 'email' }, { name: 'unknown', displayName: 'Else' }];
    const answer = await download(`?offset=0&outputFileName=a&email=${encodeURIComponent(encodeURIComponent(mia.email))}&severity=High`, {
      properties,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.body).toBe(`"What","email","Else"\r\n"User locked","${mia.email}",""\r\n`);
    const broken = await download('?createdAt=%255Bobject%2520Object%255D');
    expect(broken.body.split('\r\n')).toHaveLength((await list()).total + 2);
    expect(broken.body.split('\r\n')[0]).toBe('"Time","User","Action","Description","IP address","Severity","Request"');
  });

  test('holds nothing that a spreadsheet runs', async () => {
    await createUser(harness, 'audited', '=cmd|0@audited.example');
    const { body } = await download('?email=cmd', { properties: [{ name: 'email' }] });
    expect(body).toContain(`"'=cmd|0@audited.example"`);
  });
});

test('the columns that the portal draws are fields of the entries', async () => {
  const { rows } = (await harness.send({ url: '/metadata?entityName=audits' })).json<{ rows: { properties: { name: string }[] }[] }>();
  const [entry] = (await list('?count=1')).data;
  expect(rows[0]?.properties.map(({ name }) => name)).toEqual(['createdAt', 'email', 'action', 'description', 'ip', 'severity', 'requestId']);
  for (const { name } of rows[0]?.properties ?? []) expect(entry).toHaveProperty(name);
  expect((await harness.send({ url: '/metadata?entityName=constructor' })).json()).toEqual({ rows: [] });
});

test('who may not read the trail reads nothing of it, by none of the operations', async () => {
  const member = await asUser(harness, (await createUser(harness, 'audited', 'plain@audited.example')).email);
  const environment = await asEnvironment(harness);
  const all = [{ url: '/audits' }, { url: '/audits/stats' }, { method: 'POST', url: '/audits/export/csv/v2', body: {} }] as const;
  for (const request of all) {
    expectRefusal(await harness.send({ ...request, headers: member }), 403, forbidden);
    expectRefusal(await harness.send(request), 401, unauthorized);
    expect((await harness.send({ ...request, headers: environment })).statusCode).toBe(200);
  }
});
