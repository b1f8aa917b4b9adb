import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, faults, forbidden, joinTenant, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const v1 = '/tenants/resources/tenants/v1';
const v2 = '/tenants/resources/tenants/v2';
const harness = useHarness();
let environment: Record<string, string>;
let member: Record<string, string>;
/** Created in this order; `beta` and `gamma` at the same time. */
const names = { alpha: 'Zulu', beta: 'yankee', gamma: 'X-ray 100%', delta: 'whiskey' };

beforeAll(async () => {
  environment = await asEnvironment(harness);
  for (const [id, name] of Object.entries(names)) {
    if (id !== 'gamma') harness.clock.advance({ seconds: 1 });
    await createTenant(harness, id, name);
  }
  const { email } = await createUser(harness, 'beta', 'member@acme.example');
  await joinTenant(harness, email, 'delta');
  member = await asUser(harness, email);
});

const read = (path: string, headers = environment) => harness.send({ url: path, headers });
const idsOf = (tenants: { tenantId: string }[]): string[] => tenants.map(({ tenantId }) => tenantId);

describe('v1', () => {
  const list = async (query: string): Promise<string[]> => {
    const answer = await read(`${v1}${query}`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    return idsOf(answer.json());
  };

  test('a list is bare: all tenants, oldest first, or a page of them, or those with a text in name or id', async () => {
    expect(await list('')).toEqual(['alpha', 'beta', 'gamma', 'delta']);
    expect(await list('?_offset=3')).toEqual(['alpha', 'beta', 'gamma', 'delta']);
    expect(await list('?_limit=3')).toEqual(['alpha', 'beta', 'gamma']);
    expect(await list('?_limit=3&_offset=1')).toEqual(['delta']);
    expect(await list('?_limit=3&_offset=2')).toEqual([]);
    expect(await list('?_filter=YANK')).toEqual(['beta']);
    expect(await list('?_filter=ALPH')).toEqual(['alpha']);
    expect(await list('?_filter=0%25')).toEqual(['gamma']);
    expect(await list('?_filter=_ankee')).toEqual([]);
    expect(await list('?_filter=')).toHaveLength(4);
    expect((await read(`${v1}?_limit=1`)).json()).toEqual((await read(`${v1}/alpha`)).json());
    for (const query of ['_limit=0', '_limit=x', '_limit=1.5', '_offset=-1']) expect((await read(`${v1}?${query}`)).statusCode, query).toBe(400);
  });

  test('a list longer than what is read at once has every tenant once', async () => {
    for (let index = 0; index < 150; index += 1) await createTenant(harness, `many-${index}`);
    const all = await list('?_filter=many-');
    expect([all.length, new Set(all).size]).toEqual([150, 150]);
    expect(await list('?_filter=many-&_limit=120&_offset=1')).toEqual(all.slice(120));
    expect(await list('?_filter=many-&_limit=120')).toEqual(all.slice(0, 120));
  });

  test('one tenant is a list of one, in any letter case, and an unknown one an empty list', async () => {
    expect((await read(`${v1}/ALPHA`)).json()).toMatchObject([{ tenantId: 'alpha', name: 'Zulu' }]);
    const unknown = await read(`${v1}/nobody`);
    expect([unknown.statusCode, unknown.body]).toEqual([200, '[]']);
    const bad = faults('tenantId must be 1 to 100 letters, digits, dots, colons, hyphens or underscores');
    for (const id of ['-a', 'a%20b', `${'x'.repeat(101)}`]) expectRefusal(await read(`${v1}/${id}`), 400, bad, id);
  });
});

describe('v2', () => {
  const search = async (query: string, headers = environment) => (await read(`${v2}?${query}`, headers)).json();

  test('one tenant is an object; an unknown one is an empty list', async () => {
    expect((await read(`${v2}/alpha`)).json()).toEqual((await read(`${v1}/alpha`)).json()[0]);
    for (const id of ['nobody', '-a']) {
      const unknown = await read(`${v2}/${id}`);
      expect([unknown.statusCode, unknown.body]).toEqual([200, '[]']);
    }
  });

  test('a user reads the own tenants, and learns of no other one', async () => {
    expect((await read(`${v2}/beta`, member)).json()).toMatchObject({ tenantId: 'beta', name: 'yankee' });
    expect((await read(`${v2}/Delta`, member)).json()).toMatchObject({ tenantId: 'delta' });
    for (const id of ['alpha', 'nobody']) expectRefusal(await read(`${v2}/${id}`, member), 403, forbidden);
    expect(idsOf((await search('', member)).items)).toEqual(['beta', 'delta']);
    expect((await search('', member))._metadata).toEqual({ totalItems: 2, totalPages: 1 });
    expect(idsOf((await search('_tenantIds=alpha,delta', member)).items)).toEqual(['delta']);
    expect((await search('_filter=Zulu', member)).items).toEqual([]);
  });

  test('a page is sorted in either direction, filtered, and linked to its neighbors', async () => {
    const only = '_tenantIds=alpha,beta&_tenantIds=GAMMA&_tenantIds[]=delta,nobody';
    const ids = async (query: string) => idsOf((await search(`${only}&${query}`)).items);
    expect(await ids('')).toEqual(['alpha', 'beta', 'gamma', 'delta']);
    expect(await ids('_order=DESC')).toEqual(['delta', 'gamma', 'beta', 'alpha']);
    expect(await ids('_sortBy=name')).toEqual(['delta', 'gamma', 'beta', 'alpha']);
    expect(await ids('_sortBy=tenantId')).toEqual(['alpha', 'beta', 'delta', 'gamma']);
    expect(await ids('_sortBy=tenantId&_order=DESC&_limit=2&_offset=1')).toEqual(['beta', 'alpha']);
    expect(await ids('_filter=A')).toEqual(['alpha', 'beta', 'gamma', 'delta']);
    expect(await ids('_filter=isk')).toEqual(['delta']);
    const page = await search(`${only}&_limit=2`);
    expect(page._metadata).toEqual({ totalItems: 4, totalPages: 2 });
    expect(page._links.next).toContain('_offset=1&_limit=2');
    expect(page._links.prev).toBe('');
    expect(idsOf((await harness.send({ url: page._links.next.replace('https://id.acme.example', ''), headers: environment })).json().items)).toEqual([
      'gamma',
      'delta',
    ]);
    expect((await search('_limit=1000'))._links.first).toContain('_limit=200');
    expectRefusal(await read(`${v2}?_sortBy=color`), 400, faults('_sortBy must be a valid enum value'));
    expectRefusal(await read(`${v2}?_order=UP`), 400, faults('_order must be one of the following values: ASC, DESC'));
    const many = Array.from({ length: 201 }, (_, index) => `t${index}`).join();
    expect((await read(`${v2}?_tenantIds=${many}`)).statusCode).toBe(400);
  });

  test('a page of many tenants costs as many statements as one of two', async () => {
    const statements = async (limit: number): Promise<number> => {
      harness.queries.length = 0;
      expect((await search(`_limit=${limit}&_sortBy=name`)).items).toHaveLength(limit);
      return harness.queries.length;
    };
    const two = await statements(2);
    expect(await statements(100)).toBe(two);
    expect(two).toBeLessThanOrEqual(3);
  });

  test('an alias finds the oldest tenant that has it', async () => {
    const at = `${v2}/alias/main%20one`;
    expectRefusal(await read(at), 404, refusal('Tenant not found'));
    for (const id of ['delta', 'beta']) {
      expect((await harness.send({ method: 'PUT', url: `${v1}/${id}`, headers: environment, body: { alias: 'main one' } })).statusCode).toBe(200);
    }
    expect((await read(at)).json()).toMatchObject({ tenantId: 'beta', alias: 'main one' });
    expectRefusal(await read(`${v2}/alias/Main%20one`), 404, refusal('Tenant not found'));
  });
});

test('strangers get 401, and users 403 where the environment alone may read', async () => {
  for (const url of [v1, `${v1}/alpha`, `${v2}/alias/x`]) {
    await expectStrangersRefused(harness, { url });
    await expectUsersRefused(harness, { url });
  }
  for (const url of [v2, `${v2}/alpha`]) await expectStrangersRefused(harness, { url });
  expect((await read(`/frontegg${v1}`)).json()).toEqual((await read(v1)).json());
  expect((await call(harness, 'HEAD', '/nothing')).statusCode).toBe(404);
  expect((await harness.send({ method: 'HEAD', url: v1, headers: environment })).statusCode).toBe(200);
});
